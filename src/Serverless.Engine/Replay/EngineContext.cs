using Microsoft.Extensions.Logging;
using Serverless.Durable;
using Serverless.Engine.History;

namespace Serverless.Engine.Replay;

/// <summary>Who an instance is.</summary>
internal sealed record InstanceIdentity(string Name, string InstanceId, string? ParentInstanceId);

/// <summary>What an orchestrator sees of the engine. Turns wishes into decisions and awaits.</summary>
internal sealed class EngineContext(
    InstanceIdentity identity, Payloads payloads, DecisionLog log, TurnScheduler scheduler, ILoggerFactory loggers)
    : OrchestrationContext
{
    private DateTime _now;
    private int _nextTaskId;
    private int _nextGuid;

    public override string Name => identity.Name;

    public override string InstanceId => identity.InstanceId;

    public override string? ParentInstanceId => identity.ParentInstanceId;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => log.IsReplaying;

    /// <summary>Awaits that an event must complete, external events apart.</summary>
    public OpenTasks Open { get; } = new();

    public EventWaiters Events { get; } = new(payloads);

    /// <summary>The JSON last shown; null while nothing was shown.</summary>
    public ReadOnlyMemory<byte>? CustomStatus { get; set; }

    /// <summary>Set when the orchestrator asked to start over.</summary>
    public ContinueAsNewRequest? StartOver { get; private set; }

    /// <summary>The number that the next decision gets.</summary>
    public int NextTaskId => _nextTaskId;

    public void Begin(int firstTaskId) => _nextTaskId = firstTaskId;

    /// <summary>A new turn. The clock never goes back, even when the machine's does.</summary>
    public void SetNow(DateTime now)
    {
        if (now <= _now) return;
        _now = now;
        _nextGuid = 0;
    }

    public override Task<TResult> CallActivityAsync<TResult>(string name, object? input = null, RetryPolicy? retry = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return retry is null ? CallOnce<TResult>(name, input) : CallWithRetry<TResult>(name, input, retry);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        string name, object? input = null, string? instanceId = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        EnsureTurnThread();
        var id = _nextTaskId++;
        log.Decide(new ChildScheduled(id, name, instanceId ?? $"{InstanceId}:{id:x4}", Serialize(input, name)));
        return Await<TResult>(id, OpenTaskKind.Child, name);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        EnsureTurnThread();
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        var id = _nextTaskId++;
        var decided = (TimerCreated)log.Decide(new TimerCreated(id, fireAt.ToUniversalTime()));
        var timer = new OpenTask<bool>(OpenTaskKind.Timer, "timer", decided.FireAt);
        Open.Add(id, timer);
        if (!cancellationToken.CanBeCanceled) return timer.Task;
        var registration = cancellationToken.Register(() =>
        {
            if (Open.Remove(id, out _)) timer.TrySetCanceled(cancellationToken);
        });
        return AwaitTimer(timer.Task, registration);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(eventName);
        EnsureTurnThread();
        return Events.Wait<T>(eventName, cancellationToken);
    }

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureTurnThread();
        CustomStatus = payloads.Write(customStatus, "custom status");
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        EnsureTurnThread();
        StartOver = new(payloads.Write(newInput, "input of the next execution"), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        EnsureTurnThread();
        return DeterministicGuid.Create(InstanceId, _now, _nextGuid++);
    }

    public override ILogger CreateReplaySafeLogger(string category) =>
        new ReplaySafeLogger(loggers.CreateLogger(category), log);

    private Task<TResult> CallOnce<TResult>(string name, object? input)
    {
        EnsureTurnThread();
        var id = _nextTaskId++;
        log.Decide(new ActivityScheduled(id, name, Serialize(input, name)));
        return Await<TResult>(id, OpenTaskKind.Activity, name);
    }

    private async Task<TResult> CallWithRetry<TResult>(string name, object? input, RetryPolicy retry)
    {
        var deadline = retry.RetryTimeout == Timeout.InfiniteTimeSpan ? DateTime.MaxValue : _now + retry.RetryTimeout;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallOnce<TResult>(name, input);
            }
            catch (TaskFailedException e) when (
                attempt < retry.MaxNumberOfAttempts && retry.HandleFailure(e.FailureDetails) &&
                _now + retry.IntervalAfter(attempt) <= deadline)
            {
                // The wait is below: a catch block should not hold the exception over it.
            }

            await CreateTimer(_now + retry.IntervalAfter(attempt), CancellationToken.None);
        }
    }

    private Task<TResult> Await<TResult>(int id, OpenTaskKind kind, string name)
    {
        var task = new OpenTask<TResult>(kind, name);
        Open.Add(id, task);
        return task.Task;
    }

    private static async Task AwaitTimer(Task timer, CancellationTokenRegistration registration)
    {
        // Without this a long-lived token would collect one registration per timer that fired.
        using (registration) await timer;
    }

    /// <summary>While replaying, the recorded input is the one that counted; writing it again would be wasted.</summary>
    private ReadOnlyMemory<byte> Serialize(object? input, string name) =>
        log.IsReplaying ? default : payloads.Write(input, $"input of '{name}'");

    private void EnsureTurnThread()
    {
        if (scheduler.IsTurnThread) return;
        scheduler.Escape();
        throw new InvalidOperationException(
            $"Instance '{InstanceId}' used its context off the orchestrator's thread. An orchestrator must not use " +
            "ConfigureAwait(false), Task.Run, Task.Delay or anything else that continues on another thread.");
    }
}

/// <summary>The wish to start over.</summary>
internal sealed record ContinueAsNewRequest(ReadOnlyMemory<byte> Input, bool PreserveUnprocessedEvents);
