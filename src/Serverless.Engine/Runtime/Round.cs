using Serverless.Engine.History;

namespace Serverless.Engine.Runtime;

/// <summary>What one turn takes from the inbox, and whom to tell afterwards: each of them once.</summary>
internal sealed class Round
{
    private List<Delivery> _accepted = [];
    private List<Delivery> _refused = [];
    private List<(Delivery Delivery, Exception Reason)> _excess = [];

    public List<InboundEvent> Events { get; } = [];

    /// <summary>Children whose end is told by these events.</summary>
    public List<long> ReportedChildren { get; } = [];

    public void Accept(in Delivery delivery)
    {
        if (delivery.Event is not null) Events.Add(delivery.Event);
        if (delivery.Child > 0) ReportedChildren.Add(delivery.Child);
        _accepted.Add(delivery);
    }

    /// <summary>Takes note of what is already so: nothing happens, and nothing went wrong.</summary>
    public void AcceptWithoutEffect(in Delivery delivery) => _accepted.Add(delivery);

    public void Refuse(in Delivery delivery) => _refused.Add(delivery);

    /// <summary>Refuses what a limit forbids.</summary>
    public void Refuse(in Delivery delivery, Exception reason) => _excess.Add((delivery, reason));

    /// <summary>Takes over whom to tell from a round whose turn was not committed by itself.</summary>
    public void Inherit(Round earlier)
    {
        ReportedChildren.AddRange(earlier.ReportedChildren);
        _accepted.AddRange(earlier._accepted);
        _refused.AddRange(earlier._refused);
        _excess.AddRange(earlier._excess);
    }

    public void Settle()
    {
        var (accepted, refused, excess) = (_accepted, _refused, _excess);
        (_accepted, _refused, _excess) = ([], [], []);
        foreach (var delivery in accepted) delivery.Listener?.Settled(accepted: true);
        foreach (var delivery in refused) delivery.Listener?.Settled(accepted: false);
        foreach (var (delivery, reason) in excess) delivery.Listener?.Failed(reason);
    }

    /// <summary>Gives back what came, as if this round had never been.</summary>
    public List<Delivery> TakeAll()
    {
        List<Delivery> all = [.. _accepted, .. _refused, .. _excess.Select(excess => excess.Delivery)];
        (_accepted, _refused, _excess) = ([], [], []);
        return all;
    }
}
