using Serverless.Engine.History;

namespace Serverless.Engine.Runtime;

/// <summary>What one turn takes from the inbox, and whom to tell afterwards.</summary>
internal sealed class Round
{
    private readonly List<IDeliveryListener> _accepted = [];
    private readonly List<IDeliveryListener> _refused = [];

    public List<InboundEvent> Events { get; } = [];

    /// <summary>Children whose end is told by these events.</summary>
    public List<long> ReportedChildren { get; } = [];

    public void Accept(in Delivery delivery)
    {
        if (delivery.Event is not null) Events.Add(delivery.Event);
        if (delivery.Child > 0) ReportedChildren.Add(delivery.Child);
        if (delivery.Listener is not null) _accepted.Add(delivery.Listener);
    }

    public void Refuse(in Delivery delivery)
    {
        if (delivery.Listener is not null) _refused.Add(delivery.Listener);
    }

    /// <summary>Takes over whom to tell from a round whose turn was not committed by itself.</summary>
    public void Inherit(Round earlier)
    {
        ReportedChildren.AddRange(earlier.ReportedChildren);
        _accepted.AddRange(earlier._accepted);
        _refused.AddRange(earlier._refused);
    }

    public void Settle()
    {
        foreach (var listener in _accepted) listener.Settled(accepted: true);
        foreach (var listener in _refused) listener.Settled(accepted: false);
    }
}
