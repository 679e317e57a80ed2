using Serverless.Engine.History;
using Serverless.Engine.Replay;

namespace Serverless.Engine.Runtime;

/// <summary>Sorts out what of a batch still means something to an instance.</summary>
internal sealed class InboxSorter(Coroutine coroutine, long key, Round round, string instanceId, int maxKeptEvents)
{
    private readonly HashSet<int> _told = [];
    private int _kept = coroutine.KeptEvents + round.Events.Count(inbound => inbound is EventRaised);
    private bool _suspended = coroutine.IsSuspended;

    /// <summary>An instance that cannot go on ends without taking anything more: so a rewind finds a history without
    /// events that had no effect.</summary>
    private bool _ending = coroutine.IsBroken;

    public void Sort(in Delivery delivery)
    {
        if (delivery.Event is null) round.AcceptWithoutEffect(delivery);
        else if (_ending || (delivery.ForKey > 0 && delivery.ForKey != key)) round.Refuse(delivery);
        else SortEvent(delivery);
    }

    private void SortEvent(in Delivery delivery)
    {
        var wanted = delivery.Event switch
        {
            TaskSucceeded e => IsFirst(e.TaskId),
            TaskFailed e => IsFirst(e.TaskId),
            _ => true,
        };
        if (!wanted) round.Refuse(delivery);
        else if (delivery.Event is EventRaised && ++_kept > maxKeptEvents) round.Refuse(delivery, TooManyEvents());
        else if (ChangesNothing(delivery.Event!)) round.AcceptWithoutEffect(delivery);
        else round.Accept(delivery);
        _ending = delivery.Event is ExecutionTerminated;
    }

    /// <summary>A child's end may be told by the child and by recovery; an activity may run twice.</summary>
    private bool IsFirst(int taskId) => coroutine.Awaits(taskId) && _told.Add(taskId);

    /// <summary>Decided here, before anything is recorded: a replay never sees what was refused.</summary>
    private InvalidOperationException TooManyEvents() => new(
        $"Instance '{instanceId}' has {maxKeptEvents:N0} external events that it has not taken, as many as are allowed. " +
        "Raise no more until its orchestrator has waited for them.");

    private bool ChangesNothing(InboundEvent inbound)
    {
        if (inbound is not (ExecutionSuspended or ExecutionResumed)) return false;
        var before = _suspended;
        _suspended = inbound is ExecutionSuspended;
        return before == _suspended;
    }
}
