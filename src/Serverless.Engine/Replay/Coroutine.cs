using Microsoft.Extensions.Logging;
using Serverless.Durable;
using Serverless.Engine.History;

namespace Serverless.Engine.Replay;

/// <summary>
/// One running orchestrator: a function from events, in order, to decisions. Recovery and normal running are the same
/// code; the one feeds recorded segments and checks, the other feeds new events and collects.
/// </summary>
internal sealed class Coroutine
{
    private readonly InstanceIdentity _identity;
    private readonly IOrchestrator _orchestrator;
    private readonly Payloads _payloads;
    private readonly ReadOnlyMemory<byte> _input;
    private readonly TurnScheduler _scheduler = new();
    private readonly DecisionLog _log;
    private readonly EngineContext _context;
    private readonly Queue<InboundEvent> _heldBack = new();
    private readonly HashSet<int> _heldBackOutcomes = [];
    private readonly Dictionary<int, DecisionEvent> _replayedOpen = [];
    private int _heldBackEvents;
    private Task<object?>? _main;
    private bool _mainEnded;
    private ExecutionTerminated? _terminated;

    public Coroutine(
        InstanceIdentity identity,
        IOrchestrator orchestrator,
        ReadOnlyMemory<byte> input,
        Payloads payloads,
        ILoggerFactory loggers,
        EngineBounds? bounds = null)
    {
        _identity = identity;
        _orchestrator = orchestrator;
        _payloads = payloads;
        _input = input;
        _log = new DecisionLog(identity.InstanceId);
        _context = new EngineContext(identity, payloads, _log, _scheduler, loggers, bounds ?? EngineBounds.Default);
    }

    /// <summary>Whether what arrives is held back until a resume.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>Whether code and history have parted, or the code ran where it must not: the next turn fails it.</summary>
    public bool IsBroken => Broken() is not null;

    /// <summary>Whether a turn would change something although nothing happened: the instance is broken, or its code has
    /// ended or waits for nothing, while its history goes on.</summary>
    public bool IsDue => IsBroken || (_main is not null && !IsSuspended && _context.Open.Count == 0 &&
        (_mainEnded || !_context.Events.Any));

    /// <summary>When the next open timer is due, or null.</summary>
    public DateTime? NextTimer => _context.Open.NextTimer;

    /// <summary>How many activities have been asked for and have not ended.</summary>
    public int OpenActivities => _context.Open.Activities;

    /// <summary>How many external events have come and were not taken.</summary>
    public int KeptEvents => _context.Events.KeptCount + _heldBackEvents;

    /// <summary>Called from another thread when the orchestrator continues where it must not.</summary>
    public Action? OnEscape
    {
        set => _scheduler.OnEscape = value;
    }

    /// <summary>The open timers that are due, as the events that they cause.</summary>
    public IEnumerable<InboundEvent> DueTimers(DateTime now) =>
        _context.Open.DueTimers(now).Select(taskId => new TimerFired(taskId));

    /// <summary>Whether an activity, child or timer of that number is still awaited, and its outcome not held back.</summary>
    public bool Awaits(int taskId) => _context.Open.Contains(taskId) && !_heldBackOutcomes.Contains(taskId);

    /// <summary>Activities and children that the replayed history asked for and that are still awaited, in order. Given
    /// once.</summary>
    public List<DecisionEvent> TakeReplayedOpen()
    {
        if (_replayedOpen.Count == 0) return [];
        var open = IsBroken ? [] : _replayedOpen.Values.Where(decision => Awaits(decision.TaskId)).ToList();
        open.Sort((a, b) => a.TaskId.CompareTo(b.TaskId));
        _replayedOpen.Clear();
        return open;
    }

    /// <summary>Feeds recorded turns, until one shows that code and history have parted.</summary>
    public void Replay(IEnumerable<Segment> history)
    {
        foreach (var segment in history)
        {
            Replay(segment);
            if (IsBroken) return;
        }
    }

    /// <summary>Feeds new events, all at once, and gives what the orchestrator decided.</summary>
    public Turn RunTurn(DateTime now, IReadOnlyList<InboundEvent> inbound)
    {
        _log.BeginTurn();
        _context.SetNow(now);
        var status = _context.CustomStatus;
        foreach (var next in inbound)
        {
            if (_terminated is not null || _log.Violation is not null) break;
            Feed(next);
        }

        var broken = Broken();
        var completion = Completion(broken);
        var decisions = _terminated is null && broken is null ? _log.Decisions : [];
        return new Turn(
            new Segment(_context.CurrentUtcDateTime, inbound, decisions, completion),
            _context.CustomStatus.Equals(status) ? null : _context.CustomStatus,
            completion is null && _mainEnded ? NextExecution() : null);
    }

    private void Replay(Segment segment)
    {
        _log.BeginReplay(segment);
        _context.SetNow(segment.At);
        foreach (var decision in segment.Decisions)
        {
            if (decision is not TimerCreated) _replayedOpen.Add(decision.TaskId, decision);
        }

        foreach (var inbound in segment.Inbound)
        {
            if (_log.Violation is not null) return;
            if (OutcomeOf(inbound) is { } taskId) _replayedOpen.Remove(taskId);
            Feed(inbound);
        }

        if (_log.Violation is null) _log.EndReplay();
    }

    /// <summary>The activity or child whose outcome it is, if any.</summary>
    private static int? OutcomeOf(InboundEvent inbound) => inbound switch
    {
        TaskSucceeded e => e.TaskId,
        TaskFailed e => e.TaskId,
        _ => null,
    };

    private void Feed(InboundEvent inbound)
    {
        if (IsSuspended && inbound is not (ExecutionResumed or ExecutionTerminated))
        {
            _heldBack.Enqueue(inbound);
            if (inbound is EventRaised) _heldBackEvents++;
            if (OutcomeOf(inbound) is { } taskId) _heldBackOutcomes.Add(taskId);
            return;
        }

        switch (inbound)
        {
            case ExecutionSuspended:
                IsSuspended = true;
                break;
            case ExecutionResumed:
                IsSuspended = false;
                while (!IsSuspended && _heldBack.TryDequeue(out var held))
                {
                    if (held is EventRaised) _heldBackEvents--;
                    if (OutcomeOf(held) is { } taskId) _heldBackOutcomes.Remove(taskId);
                    Feed(held);
                }

                break;
            case ExecutionTerminated e:
                _terminated = e;
                break;
            default:
                _scheduler.Run(() => Apply(inbound));
                break;
        }
    }

    private void Apply(InboundEvent inbound)
    {
        switch (inbound)
        {
            case ExecutionStarted e:
                _context.Begin(e.FirstTaskId);
                _main = Start();
                _main.ContinueWith(_ => NoteEnd(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
                break;
            case TaskSucceeded e when _context.Open.Remove(e.TaskId, out var task):
                task.Succeed(e.Result, _payloads);
                break;
            case TaskFailed e when _context.Open.Remove(e.TaskId, out var task):
                task.Fail(e.TaskId, e.Failure);
                break;
            case TimerFired e when _context.Open.Remove(e.TaskId, out var task):
                task.Succeed(default, _payloads);
                break;
            case EventRaised e:
                _context.Events.Raise(e.Name, e.Payload);
                break;
        }
    }

    private async Task<object?> Start() =>
        await _orchestrator.RunAsync(_context, _payloads.Read(_input, _orchestrator.InputType));

    private void NoteEnd()
    {
        if (_scheduler.IsTurnThread) _mainEnded = true;
        else _scheduler.Escape();
    }

    private ExecutionCompleted? Completion(Exception? broken)
    {
        if (_terminated is not null) return new(OrchestrationRuntimeStatus.Terminated, _terminated.Output, null);
        if (broken is not null) return Failed(broken);
        if (_main is null || IsSuspended) return null;
        if (!_mainEnded) return _context.Open.Count == 0 && !_context.Events.Any ? Failed(Stuck()) : null;
        if (_context.StartOver is not null && _main.IsCompletedSuccessfully) return null;
        return _context.Open.Count > 0 ? null : Ended(_main);
    }

    private ExecutionCompleted Ended(Task<object?> main)
    {
        if (!main.IsCompletedSuccessfully)
        {
            return Failed(
                main.Exception?.InnerException ?? new OperationCanceledException("The orchestrator was cancelled."));
        }

        try
        {
            return new(OrchestrationRuntimeStatus.Completed, _payloads.Write(main.Result, "output"), null);
        }
        catch (Exception e)
        {
            // Too large, or whatever the type's converter threw: either way it is the orchestrator's failure.
            return Failed(e);
        }
    }

    private static ExecutionCompleted Failed(Exception exception)
    {
        var failure = exception is OrchestratorNotFoundException missing
            ? missing.ToFailure()
            : FailureDetails.FromException(exception);
        return new(OrchestrationRuntimeStatus.Failed, default, failure);
    }

    private Exception? Broken()
    {
        if (_log.Violation is not null) return _log.Violation;
        if (_scheduler.Unhandled is not null) return _scheduler.Unhandled;
        if (!_scheduler.Escaped) return null;
        return new NonDeterministicOrchestrationException(
            $"Instance '{_identity.InstanceId}' continued on another thread: it awaited something that is not its " +
            $"context's ({ForbiddenWaits.Names}). {ForbiddenWaits.Advice}");
    }

    private NonDeterministicOrchestrationException Stuck() => new(
        $"Instance '{_identity.InstanceId}' waits for something that no event can ever complete: it has no activity, " +
        "child, timer or external event open. It awaits something that is not its context's " +
        $"({ForbiddenWaits.Names}, a TaskCompletionSource of its own). {ForbiddenWaits.Advice}");

    private NextExecution? NextExecution()
    {
        if (_context.StartOver is not { } request || IsSuspended) return null;

        // One number is skipped, so that no two executions begin with the same.
        var events = new List<InboundEvent> { new ExecutionStarted(_context.NextTaskId + 1) };
        if (request.PreserveUnprocessedEvents)
            events.AddRange(_context.Events.Kept().Select(kept => new EventRaised(kept.Name, kept.Payload)));
        return new(request.Input, events);
    }
}

