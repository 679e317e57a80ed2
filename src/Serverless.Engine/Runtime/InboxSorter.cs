using Serverless.Engine.History;
using Serverless.Engine.Replay;

namespace Serverless.Engine.Runtime;

/// <summary>Sorts out what of a batch still means something to an instance.</summary>
internal sealed class InboxSorter(Coroutine coroutine, long key)
{
    private readonly HashSet<int> _told = [];
    private bool _suspended = coroutine.IsSuspended;

    /// <summary>An instance that cannot go on ends without taking anything more: so a rewind finds a history without
    /// events that had no effect.</summary>
    private bool _ending = coroutine.IsBroken;

    public void Sort(in Delivery delivery, Round round)
    {
        if (delivery.Event is null) round.AcceptWithoutEffect(delivery);
        else if (_ending || (delivery.ForKey > 0 && delivery.ForKey != key)) round.Refuse(delivery);
        else SortEvent(delivery, round);
    }

    private void SortEvent(in Delivery delivery, Round round)
    {
        var wanted = delivery.Event switch
        {
            TaskSucceeded e => IsFirst(e.TaskId),
            TaskFailed e => IsFirst(e.TaskId),
            _ => true,
        };
        if (!wanted) round.Refuse(delivery);
        else if (ChangesNothing(delivery.Event!)) round.AcceptWithoutEffect(delivery);
        else round.Accept(delivery);
        _ending = delivery.Event is ExecutionTerminated;
    }

    /// <summary>A child's end may be told by the child and by recovery; an activity may run twice.</summary>
    private bool IsFirst(int taskId) => coroutine.Awaits(taskId) && _told.Add(taskId);

    private bool ChangesNothing(InboundEvent inbound)
    {
        if (inbound is not (ExecutionSuspended or ExecutionResumed)) return false;
        var before = _suspended;
        _suspended = inbound is ExecutionSuspended;
        return before == _suspended;
    }
}
