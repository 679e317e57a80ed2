using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Replay;
using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>An instance's coroutine with what ties it to the rest: its keys, its place in the history, its timers.</summary>
internal sealed class LoadedInstance
{
    private readonly EngineCore _engine;
    private readonly InstanceIdentity _identity;
    private readonly InstanceKeys _keys;
    private int _nextSegment;
    private bool _hasBegun;
    private DateTime? _armedTimer;
    private NextExecution? _startingOver;
    private ReadOnlyMemory<byte>? _customStatus;
    private Round? _unsettled;
    private ScheduleWrite? _creation;
    private Action? _onEscape;
    private volatile bool _hasEnded;

    /// <param name="engine">What it runs in.</param>
    /// <param name="keys">Its place in the tree.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="coroutine">Has replayed what is stored.</param>
    /// <param name="segments">How many segments are stored.</param>
    /// <param name="creation">Makes its row along with its first turn; null when it is there.</param>
    public LoadedInstance(
        EngineCore engine,
        InstanceKeys keys,
        InstanceIdentity identity,
        Coroutine coroutine,
        int segments,
        ScheduleWrite? creation)
    {
        _engine = engine;
        _keys = keys;
        _identity = identity;
        _nextSegment = segments;
        _hasBegun = segments > 0;
        _creation = creation;
        Coroutine = coroutine;
    }

    public Coroutine Coroutine { get; private set; }

    /// <summary>True when a turn is due although no event came: the replay found a difference, or the code has nothing
    /// more to wait for.</summary>
    public bool MustRun => Coroutine.IsDue;

    /// <summary>Set once the end of the instance is on the disk; read by its activities from other threads.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Called from another thread when the orchestrator continues where it must not.</summary>
    public Action OnEscape
    {
        set
        {
            _onEscape = value;
            Coroutine.OnEscape = value;
        }
    }

    /// <summary>Sorts out what of the inbox still means something.</summary>
    public Round Prepare(List<Delivery> batch, DateTime now)
    {
        var round = new Round();
        if (_unsettled is not null) round.Inherit(_unsettled);
        if (_startingOver is not null) round.Events.AddRange(_startingOver.Inbound);
        else if (_nextSegment == 0) round.Events.Add(new ExecutionStarted(0));
        var sorter = new InboxSorter(Coroutine, _keys.Key, round, _identity.InstanceId, _engine.Bounds.KeptEvents);
        foreach (var delivery in batch) sorter.Sort(delivery);
        if (!Coroutine.IsSuspended && !Coroutine.IsBroken) round.Events.AddRange(Coroutine.DueTimers(now));
        return round;
    }

    public Turn RunTurn(Round round, DateTime now) => Coroutine.RunTurn(now, round.Events);

    /// <summary>Begins the next execution. Nothing is committed until its first turn is.</summary>
    public void StartOver(NextExecution next, Turn last, Round round)
    {
        _startingOver = next;
        _customStatus = last.CustomStatus ?? _customStatus;
        _unsettled = round;
        Coroutine = InstanceLoader.NewCoroutine(_engine, _identity, next.Input);
        Coroutine.OnEscape = _onEscape;
    }

    public TurnWrite ToWrite(Turn turn, Round round)
    {
        var replaced = _startingOver?.Input;
        if (replaced is not null) _nextSegment = 0;
        var events = SegmentWriter.Write(turn.Segment);
        var reported = round.ReportedChildren;
        if (HistoryLimit.Excess(turn, _nextSegment, events.Length, _engine.Bounds) is { } excess)
        {
            turn = HistoryLimit.End(turn, excess);
            events = SegmentWriter.Write(turn.Segment);
            reported = [];
        }

        var write = new TurnWrite
        {
            Key = _keys.Key,
            SegmentNumber = _nextSegment,
            Turn = turn,
            Events = events,
            CustomStatus = turn.CustomStatus ?? _customStatus,
            Status = Coroutine.IsSuspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running,
            Now = _engine.Now,
            OpenActivities = Coroutine.OpenActivities,
            NextTimer = Coroutine.NextTimer,
            Children = NewChildren(turn.Segment.Decisions),
            ReportedChildren = reported,
            NewInput = replaced,
            Creation = _creation,
            IsFirst = !_hasBegun,
        };
        _nextSegment++;
        _hasBegun = true;
        (_startingOver, _customStatus, _unsettled, _creation) = (null, null, null, null);
        return write;
    }

    /// <summary>Carries out what a committed turn decided.</summary>
    public void CarryOut(TurnWrite write)
    {
        TakeUpReplayed();
        foreach (var decision in write.Turn.Segment.Decisions)
        {
            if (decision is ActivityScheduled activity && Coroutine.Awaits(activity.TaskId)) Run(activity);
        }

        foreach (var child in write.Children)
        {
            if (child.IdIsTaken) RefuseChild(child.Decision);
            else _engine.Instances.StartChild(child);
        }

        ArmTimer();
    }

    /// <summary>
    /// Takes up again what the history just read left open and is still awaited. Comes after the first turn, so that what
    /// is loaded only to be terminated starts nothing.
    /// </summary>
    public void TakeUpReplayed()
    {
        var open = Coroutine.TakeReplayedOpen();
        foreach (var activity in open.OfType<ActivityScheduled>()) Run(activity);
        if (open.Exists(decision => decision is ChildScheduled))
        {
            var children = _engine.Reader.Children(_keys.Key).ToDictionary(child => child.Keys.Parent!.TaskId);
            foreach (var child in open.OfType<ChildScheduled>()) TakeUp(child, children.GetValueOrDefault(child.TaskId));
        }

        ArmTimer();
    }

    /// <summary>Tells whoever waits that this instance has ended.</summary>
    public void Announce(Segment last)
    {
        _hasEnded = true;
        var end = last.Completion!;
        if (_keys.Parent is null) _engine.OnRootEnded?.Invoke(_identity.InstanceId);
        _engine.Waiters.Complete(_identity.InstanceId);
        if (_keys.Parent is { } parent) Report(_engine, _keys.Key, parent, end.Status, end.Output, end.Failure);
        foreach (var terminated in last.Inbound.OfType<ExecutionTerminated>().Where(e => e.Recursive))
            TerminateChildren(_engine, _keys.Key, terminated);
    }

    /// <summary>Tells a parent how its child ended.</summary>
    public static void Report(
        EngineCore engine,
        long childKey,
        ParentLink parent,
        OrchestrationRuntimeStatus status,
        ReadOnlyMemory<byte> output,
        FailureDetails? failure)
    {
        InboundEvent outcome = status == OrchestrationRuntimeStatus.Completed
            ? new TaskSucceeded(parent.TaskId, output)
            : new TaskFailed(parent.TaskId, failure ?? new FailureDetails("OrchestrationTerminated", "It was terminated."));
        engine.Instances.Post(
            parent.InstanceId, new Delivery(outcome, new ChildReport(engine, childKey), childKey, parent.Key));
    }

    public static void TerminateChildren(EngineCore engine, long key, ExecutionTerminated terminated)
    {
        foreach (var child in engine.Reader.Children(key).Where(child => !child.Status.IsEnded()))
            engine.Instances.Post(child.Id, new Delivery(terminated, ForKey: child.Keys.Key));
    }

    private void TakeUp(ChildScheduled decision, InstanceRow? row)
    {
        if (row is null) RefuseChild(decision);
        else if (row.Status.IsEnded())
            Report(_engine, row.Keys.Key, row.Keys.Parent!, row.Status, row.Output, row.Failure);
        else if (row.Status == OrchestrationRuntimeStatus.Pending) _engine.Instances.Post(row.Id, default);
    }

    private void Run(ActivityScheduled activity)
    {
        if (_engine.Running.Refusal(_keys.Key, activity.TaskId, activity.Name) is { } failure)
        {
            EngineLog.ActivityPoisoned(_engine.Log, _identity.InstanceId, failure.ErrorMessage);
            Refuse(activity, failure);
            return;
        }

        _engine.BeginWork();
        _engine.Activities.Enqueue(new ActivityRun(_engine, this, _identity.InstanceId, _keys.Key, activity));
    }

    private void RefuseChild(ChildScheduled child)
    {
        var failure = FailureDetails.FromException(
            new InvalidOperationException($"The id '{child.InstanceId}' for a child orchestration is already taken."));
        Refuse(child, failure);
    }

    private void Refuse(DecisionEvent decision, FailureDetails failure) => _engine.Instances.Post(
        _identity.InstanceId, new Delivery(new TaskFailed(decision.TaskId, failure), ForKey: _keys.Key));

    private List<NewChild> NewChildren(IReadOnlyList<DecisionEvent> decisions)
    {
        var children = new List<NewChild>();
        foreach (var decision in decisions)
        {
            if (decision is not ChildScheduled child || !Coroutine.Awaits(child.TaskId)) continue;
            var parent = new ParentLink(_keys.Key, _identity.InstanceId, child.TaskId);
            children.Add(new NewChild(child, new InstanceKeys(_engine.NextKey(), _keys.RootKey, parent)));
        }

        return children;
    }

    private void ArmTimer()
    {
        if (Coroutine.IsSuspended || Coroutine.NextTimer is not { } next) return;

        // A timer that fell due while the instance was suspended has woken it already, in vain.
        if (next <= _engine.Now.UtcDateTime) _engine.Instances.Post(_identity.InstanceId, default);
        else if (next != _armedTimer) _engine.Timers.Schedule(_identity.InstanceId, next);
        _armedTimer = next;
    }
}
