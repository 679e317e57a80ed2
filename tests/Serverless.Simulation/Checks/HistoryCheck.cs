using Serverless.Engine.History;
using Serverless.Engine.Storage;
using Serverless.Simulation.Running;

namespace Serverless.Simulation.Checks;

/// <summary>What a history of an ended instance looks like.</summary>
internal static class HistoryCheck
{
    /// <summary>Reads a history; a wrong checksum throws.</summary>
    public static List<Segment> Read(Life life, InstanceRow row)
    {
        var reader = life.Engine.Core.Reader;
        var positions = reader.Read(
            "SELECT position FROM history WHERE position BETWEEN $1 AND $2 ORDER BY position",
            position => HistoryPosition.SegmentOf(position.GetInt64(0)),
            HistoryPosition.First(row.Keys.Key),
            HistoryPosition.Last(row.Keys.Key));
        SimulationFailure.Unless(
            positions.SequenceEqual(Enumerable.Range(0, positions.Count)), $"The history of '{row.Id}' has gaps.");
        return reader.History(row);
    }

    public static void Check(InstanceRow row, List<Segment> history)
    {
        void Must(bool holds, string what) =>
            SimulationFailure.Unless(holds, $"The history of '{row.Id}' {what}.");

        Must(history.Count > 0, "is empty");
        Must(history[^1].Completion is { } last && last.Status == row.Status, "does not end as its row says");
        Must(history.SkipLast(1).All(segment => segment.Completion is null), "goes on after its end");
        var inbound = history.SelectMany(segment => segment.Inbound).ToList();
        Must(inbound.OfType<ExecutionStarted>().Count() == 1, "does not begin once");
        var nextTask = inbound.OfType<ExecutionStarted>().Single().FirstTaskId;
        var open = new Dictionary<int, DecisionEvent>();
        var now = DateTime.MinValue;
        foreach (var segment in history)
        {
            Must(segment.At >= now, "goes back in time");
            now = segment.At;
            foreach (var fact in segment.Inbound) Must(Closes(open, fact, now), $"holds a {fact} that nothing waits for");
            foreach (var decision in segment.Decisions)
            {
                Must(decision.TaskId == nextTask++, $"does not count: {decision}");
                open.Add(decision.TaskId, decision);
            }
        }
    }

    /// <summary>Whether a fact is the first outcome of something asked for before, of the right kind.</summary>
    private static bool Closes(Dictionary<int, DecisionEvent> open, InboundEvent fact, DateTime now) => fact switch
    {
        TaskSucceeded e => open.Remove(e.TaskId, out var decision) && decision is not TimerCreated,
        TaskFailed e => open.Remove(e.TaskId, out var decision) && decision is not TimerCreated,
        TimerFired e => open.Remove(e.TaskId, out var decision) && decision is TimerCreated timer && timer.FireAt <= now,
        _ => true,
    };
}
