using Serverless.Engine.History;

namespace Serverless.Engine.Runtime;

/// <summary>Told what became of a delivery.</summary>
internal interface IDeliveryListener
{
    /// <summary>The event is on the disk, or the instance had no use for it any more.</summary>
    void Settled(bool accepted);

    /// <summary>The disk refused.</summary>
    void Failed(Exception exception);
}

/// <summary>Something for an instance's inbox.</summary>
/// <param name="Event">The event; null only wakes the instance (a timer is due, or it has to be loaded).</param>
/// <param name="Listener">Who wants to know.</param>
/// <param name="Child">The child whose end this tells, to be marked as told in the same commit; else 0.</param>
/// <param name="ForKey">The key of the instance that is meant; 0 means whoever holds the id.</param>
internal readonly record struct Delivery(
    InboundEvent? Event, IDeliveryListener? Listener = null, long Child = 0, long ForKey = 0);

/// <summary>A listener that a client awaits.</summary>
internal sealed class AwaitedDelivery : IDeliveryListener
{
    private readonly TaskCompletionSource<bool> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True once the event is on the disk; false when the instance is unknown or has ended.</summary>
    public Task<bool> Task => _settled.Task;

    public void Settled(bool accepted) => _settled.TrySetResult(accepted);

    public void Failed(Exception exception) => _settled.TrySetException(exception);
}
