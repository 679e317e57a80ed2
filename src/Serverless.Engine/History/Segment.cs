namespace Serverless.Engine.History;

/// <summary>What one turn added to a history: when it began, what had happened, what was decided.</summary>
internal sealed record Segment(
    DateTime At,
    IReadOnlyList<InboundEvent> Inbound,
    IReadOnlyList<DecisionEvent> Decisions,
    ExecutionCompleted? Completion)
{
    /// <summary>The events in the order in which they are stored.</summary>
    public IEnumerable<HistoryEvent> Events()
    {
        yield return new TurnStarted(At);
        foreach (var inbound in Inbound) yield return inbound;
        foreach (var decision in Decisions) yield return decision;
        if (Completion is not null) yield return Completion;
    }
}
