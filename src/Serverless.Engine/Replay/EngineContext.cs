using Microsoft.Extensions.Logging;
using Serverless.Durable;
using Serverless.Engine.History;

namespace Serverless.Engine.Replay;

/// <summary>Who an instance is.</summary>
internal sealed record InstanceIdentity(string Name, string InstanceId, string? ParentInstanceId);

/// <summary>What an orchestrator sees of the engine. Turns wishes into decisions and awaits.</summary>
internal sealed class EngineContext(
    InstanceIdentity identity, Payloads payloads, DecisionLog log, TurnScheduler scheduler, ILoggerFactory loggers,
    EngineBounds bounds)
    : OrchestrationContext
{
    private DateTime _now;
    private int _nextTaskId;
    private int _firstTaskId;
    private int _nextGuid;

    public override string Name => identity.Name;

    public override string InstanceId => identity.InstanceId;

    public override string? ParentInstanceId => identity.ParentInstanceId;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => log.IsReplaying;

    /// <summary>Awaits that an event must complete, external events apart.</summary>
    public OpenTasks Open { get; } = new();

    public EventWaiters Events { get; } = new(payloads, scheduler);

    /// <summary>The JSON last shown; null while nothing was shown.</summary>
    public ReadOnlyMemory<byte>? CustomStatus { get; set; }

    /// <summary>Set when the orchestrator asked to start over.</summary>
    public ContinueAsNewRequest? StartOver { get; private set; }

    /// <summary>The number that the next decision gets.</summary>
    public int NextTaskId => _nextTaskId;

    public void Begin(int firstTaskId) => _nextTaskId = _firstTaskId = firstTaskId;

    /// <summary>A new turn. The clock never goes back, even when the machine's does.</summary>
    public void SetNow(DateTime now)
    {
        if (now <= _now) return;
        _now = now;
        _nextGuid = 0;
    }

    public override Task<TResult> CallActivityAsync<TResult>(string name, object? input = null, RetryPolicy? retry = null)
    {
        Names.CheckName(name, nameof(name));
        return retry is null ? CallOnce<TResult>(name, input) : CallWithRetry<TResult>(name, input, retry);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        string name, object? input = null, string? instanceId = null)
    {
        Names.CheckName(name, nameof(name));
        EnsureTurnThread();
        EnsureRoom(Open.Children, bounds.OpenChildren, "children");
        var id = _nextTaskId++;
        instanceId ??= $"{InstanceId}:{id:x4}";
        Names.CheckInstanceId(instanceId);
        log.Decide(new ChildScheduled(id, name, instanceId, Serialize(id, input, name)));
        return Await<TResult>(id, OpenTaskKind.Child, name);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        EnsureTurnThread();
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        EnsureRoom(Open.Timers, bounds.OpenTimers, "timers");
        var id = _nextTaskId++;
        var decided = (TimerCreated)log.Decide(new TimerCreated(id, ToUtc(fireAt)));
        var timer = new OpenTask<bool>(OpenTaskKind.Timer, "timer", decided.FireAt);
        Open.Add(id, timer);
        if (!cancellationToken.CanBeCanceled) return timer.Task;
        return scheduler.AwaitCancellable(timer, () => Open.Remove(id, out _), cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        Names.CheckName(eventName, nameof(eventName));
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
        return DeterministicGuid.Create(InstanceId, _now, _firstTaskId, _nextGuid++);
    }

    public override ILogger CreateReplaySafeLogger(string category) =>
        new ReplaySafeLogger(loggers.CreateLogger(category), log);

    private Task<TResult> CallOnce<TResult>(string name, object? input)
    {
        EnsureTurnThread();
        EnsureRoom(Open.Activities, bounds.OpenActivities, "activities");
        var id = _nextTaskId++;
        log.Decide(new ActivityScheduled(id, name, Serialize(id, input, name)));
        return Await<TResult>(id, OpenTaskKind.Activity, name);
    }

    private async Task<TResult> CallWithRetry<TResult>(string name, object? input, RetryPolicy retry)
    {
        var deadline = retry.RetryTimeout == Timeout.InfiniteTimeSpan
            ? DateTime.MaxValue
            : Later(_now, retry.RetryTimeout);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallOnce<TResult>(name, input);
            }
            catch (TaskFailedException e)
            {
                // Not in a filter: what a filter throws is lost, and a failing HandleFailure would look like a "no".
                if (attempt >= retry.MaxNumberOfAttempts || !retry.HandleFailure(e.FailureDetails)) throw;
                if (Later(_now, retry.IntervalAfter(attempt)) > deadline) throw;
            }

            await CreateTimer(Later(_now, retry.IntervalAfter(attempt)), CancellationToken.None);
        }
    }

    private static DateTime Later(DateTime from, TimeSpan by) =>
        by < DateTime.MaxValue - from ? from + by : DateTime.MaxValue;

    /// <summary>A time of unspecified kind is UTC, as the parameter says, and not the machine's local time.</summary>
    private static DateTime ToUtc(DateTime time) =>
        time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private Task<TResult> Await<TResult>(int id, OpenTaskKind kind, string name)
    {
        var task = new OpenTask<TResult>(kind, name);
        Open.Add(id, task);
        return task.Task;
    }

    /// <summary>While replaying, the recorded input is the one that counted; writing it again would be wasted. Only when
    /// none was recorded it is written, for then it could not be, and has to fail again.</summary>
    private ReadOnlyMemory<byte> Serialize(int taskId, object? input, string name) =>
        log.Holds(taskId) ? default : payloads.Write(input, $"input of '{name}'");

    /// <summary>What is open is the same in every replay, so the refusal is too. What a history holds is not refused, so
    /// that histories written under a higher limit still replay.</summary>
    private void EnsureRoom(int open, int max, string what)
    {
        if (open < max || log.Holds(_nextTaskId)) return;
        throw new InvalidOperationException(
            $"Instance '{InstanceId}' has {open:N0} {what} open, as many as are allowed. Await some of them first, or " +
            "spread them over child orchestrations.");
    }

    private void EnsureTurnThread()
    {
        if (scheduler.IsTurnThread) return;
        scheduler.Escape();
        throw new InvalidOperationException(
            $"Instance '{InstanceId}' used its context off the orchestrator's thread: it continued on another thread " +
            $"({ForbiddenWaits.Names}). {ForbiddenWaits.Advice}");
    }
}

/// <summary>The wish to start over.</summary>
internal sealed record ContinueAsNewRequest(ReadOnlyMemory<byte> Input, bool PreserveUnprocessedEvents);
