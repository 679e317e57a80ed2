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
    private DateTime? _armedTimer;
    private NextExecution? _startingOver;
    private Round? _unsettled;

    private LoadedInstance(EngineCore engine, InstanceKeys keys, InstanceIdentity identity, ReadOnlyMemory<byte> input)
    {
        _engine = engine;
        _keys = keys;
        _identity = identity;
        Coroutine = NewCoroutine(input);
    }

    public Coroutine Coroutine { get; private set; }

    /// <summary>True when a turn is due although no event came: the replay found a difference.</summary>
    public bool MustRun => Coroutine.IsBroken;

    /// <summary>An instance without a history.</summary>
    public static LoadedInstance Fresh(
        EngineCore engine, InstanceKeys keys, string id, string name, ReadOnlyMemory<byte> input) =>
        new(engine, keys, new InstanceIdentity(name, id, keys.Parent?.InstanceId), input);

    /// <summary>Reads and replays an instance; null when it does not exist or has ended.</summary>
    public static LoadedInstance? Load(EngineCore engine, string id)
    {
        if (engine.Reader.Find(id) is not { } row || row.Status.IsEnded()) return null;
        var history = engine.Reader.History(row);
        if (history.Count > 0 && !engine.Registry.Orchestrators.ContainsKey(row.Name))
        {
            throw new InvalidOperationException(
                $"Instance '{id}' needs the orchestrator '{row.Name}', which is not registered. It waits until it is.");
        }

        var loaded = Fresh(engine, row.Keys, id, row.Name, row.Input);
        foreach (var segment in history)
        {
            loaded.Coroutine.Replay(segment);
            loaded._nextSegment++;
            if (loaded.Coroutine.IsBroken) break;
        }

        return loaded;
    }

    /// <summary>Sorts out what of the inbox still means something.</summary>
    public Round Prepare(List<Delivery> batch, DateTime now)
    {
        var round = new Round();
        if (_unsettled is not null) round.Inherit(_unsettled);
        if (_startingOver is not null) round.Events.AddRange(_startingOver.Inbound);
        else if (_nextSegment == 0) round.Events.Add(new ExecutionStarted(0));
        foreach (var delivery in batch)
        {
            if (IsWanted(delivery)) round.Accept(delivery);
            else round.Refuse(delivery);
        }

        if (!Coroutine.IsSuspended) round.Events.AddRange(Coroutine.DueTimers(now));
        return round;
    }

    public Turn RunTurn(Round round, DateTime now) => Coroutine.RunTurn(now, round.Events);

    /// <summary>Begins the next execution. Nothing is committed until its first turn is.</summary>
    public void StartOver(NextExecution next, Round round)
    {
        _startingOver = next;
        _unsettled = round;
        Coroutine = NewCoroutine(next.Input);
    }

    public TurnWrite ToWrite(Turn turn, Round round)
    {
        var replaced = _startingOver?.Input;
        if (replaced is not null) _nextSegment = 0;
        if (_nextSegment >= HistoryPosition.MaxSegments)
            throw new InvalidOperationException($"The history of instance '{_identity.InstanceId}' is full.");
        var write = new TurnWrite
        {
            Key = _keys.Key,
            SegmentNumber = _nextSegment,
            Turn = turn,
            Events = SegmentWriter.Write(turn.Segment),
            Status = Coroutine.IsSuspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running,
            Now = _engine.Now,
            OpenActivities = Coroutine.OpenActivities,
            NextTimer = Coroutine.NextTimer,
            Children = NewChildren(turn.Segment.Decisions),
            ReportedChildren = round.ReportedChildren,
            NewInput = replaced,
        };
        _nextSegment++;
        _startingOver = null;
        _unsettled = null;
        return write;
    }

    /// <summary>Carries out what a committed turn decided.</summary>
    public void CarryOut(TurnWrite write)
    {
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

    /// <summary>Takes up again what a history just read left open.</summary>
    public void CarryOutReplayed()
    {
        if (Coroutine.IsBroken) return;
        var children = _engine.Reader.Children(_keys.Key).ToDictionary(child => child.Keys.Parent!.TaskId);
        foreach (var decision in Coroutine.ReplayedOpen.OrderBy(decision => decision.TaskId))
        {
            if (decision is ActivityScheduled activity) Run(activity);
            else if (decision is ChildScheduled child) TakeUp(child, children.GetValueOrDefault(child.TaskId));
        }

        Coroutine.ForgetReplayed();
        ArmTimer();
    }

    /// <summary>Tells whoever waits that this instance has ended.</summary>
    public void Announce(Segment last)
    {
        var end = last.Completion!;
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

    private bool IsWanted(in Delivery delivery)
    {
        if (delivery.ForKey > 0 && delivery.ForKey != _keys.Key) return false;
        return delivery.Event switch
        {
            TaskSucceeded e => Coroutine.Awaits(e.TaskId),
            TaskFailed e => Coroutine.Awaits(e.TaskId),
            ExecutionSuspended => !Coroutine.IsSuspended,
            ExecutionResumed => Coroutine.IsSuspended,
            _ => true,
        };
    }

    private void TakeUp(ChildScheduled decision, InstanceRow? row)
    {
        if (row is null) RefuseChild(decision);
        else if (row.Status.IsEnded() && !row.Reported)
            Report(_engine, row.Keys.Key, row.Keys.Parent!, row.Status, row.Output, row.Failure);
        else if (row.Status == OrchestrationRuntimeStatus.Pending) _engine.Instances.Post(row.Id, default);
    }

    private void Run(ActivityScheduled activity) =>
        _engine.Activities.Enqueue(new ActivityRun(_engine, _identity.InstanceId, _keys.Key, activity));

    private void RefuseChild(ChildScheduled child)
    {
        var failure = FailureDetails.FromException(
            new InvalidOperationException($"The id '{child.InstanceId}' for a child orchestration is already taken."));
        _engine.Instances.Post(
            _identity.InstanceId, new Delivery(new TaskFailed(child.TaskId, failure), ForKey: _keys.Key));
    }

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
        var next = Coroutine.NextTimer;
        if (next == _armedTimer) return;
        _armedTimer = next;
        if (next is { } at) _engine.Timers.Schedule(_identity.InstanceId, at);
    }

    private Coroutine NewCoroutine(ReadOnlyMemory<byte> input)
    {
        if (_engine.Registry.Orchestrators.TryGetValue(_identity.Name, out var factory))
            return new Coroutine(_identity, factory(), input, _engine.Payloads, _engine.Loggers);
        var missing = new MissingOrchestrator(_identity.Name);
        return new Coroutine(_identity, missing, default, _engine.Payloads, _engine.Loggers);
    }
}
