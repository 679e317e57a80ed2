using System.Text;
using Serverless.Durable;

namespace Serverless.Benchmarks.Runs;

/// <summary>What the histories of one orchestrator's instances hold, all together, and the largest of each.</summary>
internal sealed class OrchestratorCounts(string name)
{
    public string Name => name;

    public int Instances { get; private set; }

    public long Activities { get; private set; }

    public long Children { get; private set; }

    public long Timers { get; private set; }

    public long Events { get; private set; }

    public long HistoryEvents { get; private set; }

    public int MostHistoryEvents { get; private set; }

    public long LargestHistoryBytes { get; private set; }

    public int LargestPayloadBytes { get; private set; }

    public string LargestPayload { get; private set; } = "";

    /// <summary>
    /// Messages that Durable Task Scheduler would dispatch, as its billing counts them: the start, an activity twice (to run it and
    /// to process its result), the result of a child, a timer that is due, an external event.
    /// </summary>
    public long Actions => Instances + (2 * Activities) + Children + Timers + Events;

    /// <summary>Adds one instance.</summary>
    public void Add(IReadOnlyList<OrchestrationHistoryEvent> history)
    {
        Instances++;
        var messages = 1;
        long bytes = 0;
        foreach (var one in history)
        {
            bytes += Look(one);
            messages += Count(one.EventType) ? 1 : 0;
        }

        // Durable Task adds OrchestratorStarted and OrchestratorCompleted to each turn. Several messages may share a turn: at most.
        var events = history.Count + (2 * messages);
        HistoryEvents += events;
        MostHistoryEvents = Math.Max(MostHistoryEvents, events);
        LargestHistoryBytes = Math.Max(LargestHistoryBytes, bytes);
    }

    /// <returns>Whether it is the answer to something: a message that begins a turn.</returns>
    private bool Count(OrchestrationHistoryEventType type)
    {
        switch (type)
        {
            case OrchestrationHistoryEventType.TaskCompleted or OrchestrationHistoryEventType.TaskFailed:
                Activities++;
                return true;
            case OrchestrationHistoryEventType.SubOrchestrationInstanceCompleted
                or OrchestrationHistoryEventType.SubOrchestrationInstanceFailed:
                Children++;
                return true;
            case OrchestrationHistoryEventType.TimerFired:
                Timers++;
                return true;
            case OrchestrationHistoryEventType.EventRaised:
                Events++;
                return true;
            default:
                return false;
        }
    }

    private int Look(OrchestrationHistoryEvent one)
    {
        var input = Bytes(one.SerializedInput);
        var result = Bytes(one.SerializedResult);
        if (Math.Max(input, result) > LargestPayloadBytes)
        {
            LargestPayloadBytes = Math.Max(input, result);
            LargestPayload = $"{one.EventType} {one.Name}".TrimEnd();
        }

        return input + result;
    }

    private static int Bytes(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
