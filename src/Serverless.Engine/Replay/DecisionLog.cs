using Serverless.Durable;
using Serverless.Engine.History;

namespace Serverless.Engine.Replay;

/// <summary>
/// Takes what the orchestrator asks for. While a recorded segment is replayed it compares each wish with the decision
/// that the history holds at that place; afterwards it collects new decisions.
/// </summary>
internal sealed class DecisionLog(string instanceId)
{
    private readonly Queue<DecisionEvent> _expected = new();
    private int _position;

    /// <summary>True while wishes are compared rather than collected.</summary>
    public bool IsReplaying { get; private set; }

    /// <summary>The decisions of this turn.</summary>
    public List<DecisionEvent> Decisions { get; private set; } = [];

    /// <summary>The first difference between code and history, if any. Nothing the code does afterwards counts.</summary>
    public NonDeterministicOrchestrationException? Violation { get; private set; }

    public void BeginReplay(Segment segment)
    {
        IsReplaying = true;
        foreach (var decision in segment.Decisions) _expected.Enqueue(decision);
        _position += 1 + segment.Inbound.Count;
    }

    public void EndReplay()
    {
        if (_expected.TryPeek(out var missing))
        {
            Violate($"at history event {_position} it says {Describe(missing)}, which the orchestrator no longer asks for");
        }

        IsReplaying = false;
    }

    public void BeginTurn() => Decisions = [];

    /// <summary>Whether the history says next what became of task <paramref name="taskId"/>.</summary>
    public bool Holds(int taskId) => IsReplaying && _expected.TryPeek(out var recorded) && recorded.TaskId == taskId;

    /// <summary>Takes a wish.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The history says something else.</exception>
    public DecisionEvent Decide(DecisionEvent wish)
    {
        if (Violation is not null) throw Violation;
        if (!IsReplaying)
        {
            Decisions.Add(wish);
            return wish;
        }

        if (!_expected.TryDequeue(out var recorded))
            throw Violate($"at history event {_position} it ends, and the orchestrator now asks for {Describe(wish)} here");
        if (!Same(recorded, wish))
        {
            throw Violate(
                $"at history event {_position} it says {Describe(recorded)}, and the orchestrator now asks for " +
                Describe(wish));
        }

        _position++;
        return recorded;
    }

    /// <summary>Records that code and history have parted.</summary>
    public NonDeterministicOrchestrationException Violate(string difference) =>
        Violation ??= new NonDeterministicOrchestrationException(
            $"Instance '{instanceId}' does not replay its history: {difference}. Either the orchestrator's code changed " +
            "while the instance was running, or it uses something that differs between replays (clock, random numbers, " +
            "environment, I/O, other threads).");

    private static bool Same(DecisionEvent recorded, DecisionEvent wish) =>
        recorded.TaskId == wish.TaskId && (recorded, wish) switch
        {
            (ActivityScheduled a, ActivityScheduled b) => a.Name == b.Name,
            (ChildScheduled a, ChildScheduled b) => a.Name == b.Name && a.InstanceId == b.InstanceId,
            (TimerCreated, TimerCreated) => true,
            _ => false,
        };

    private static string Describe(DecisionEvent decision) => decision switch
    {
        ActivityScheduled e => $"activity '{e.Name}' (#{e.TaskId})",
        ChildScheduled e => $"child orchestration '{e.Name}' with id '{e.InstanceId}' (#{e.TaskId})",
        _ => $"a timer (#{decision.TaskId})",
    };
}
