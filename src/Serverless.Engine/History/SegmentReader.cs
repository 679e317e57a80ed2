using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Engine.History;

/// <summary>Reads what <see cref="SegmentWriter"/> wrote. Payloads are slices of the segment, not copies.</summary>
/// <remarks>Unknown events and members are refused: a history we only half understand must not be replayed.</remarks>
internal static class SegmentReader
{
    /// <summary>A payload may be nested as deeply as its bytes allow.</summary>
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EngineLimits.MaxPayloadBytes };

    /// <exception cref="JsonException">These bytes are no segment of this version or an older one.</exception>
    public static Segment Read(ReadOnlyMemory<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes.Span, Options);
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray) throw new JsonException("No array of events.");
        DateTime? at = null;
        var inbound = new List<InboundEvent>();
        var decisions = new List<DecisionEvent>();
        ExecutionCompleted? completion = null;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            var members = EventMembers.Read(ref json, bytes);
            switch (ToEvent(members))
            {
                case TurnStarted e: at = e.At; break;
                case InboundEvent e: inbound.Add(e); break;
                case DecisionEvent e: decisions.Add(e); break;
                case ExecutionCompleted e: completion = e; break;
            }
        }

        if (json.TokenType != JsonTokenType.EndArray) throw new JsonException("The events end too early.");
        return new(at ?? throw new JsonException("The turn has no time."), inbound, decisions, completion);
    }

    private static HistoryEvent ToEvent(in EventMembers m) => m.Kind switch
    {
        "Turn" => new TurnStarted(m.At),
        "Started" => new ExecutionStarted(m.First),
        "Done" => new TaskSucceeded(m.TaskId, m.Output),
        "TaskFailed" => new TaskFailed(m.TaskId, Required(m.Failure, m)),
        "Fired" => new TimerFired(m.TaskId),
        "Event" => new EventRaised(Required(m.Name, m), m.Input),
        "Suspended" => new ExecutionSuspended(m.Reason),
        "Resumed" => new ExecutionResumed(m.Reason),
        "Terminated" => new ExecutionTerminated(m.Output, m.Recursive),
        "Activity" => new ActivityScheduled(m.TaskId, Required(m.Name, m), m.Input),
        "Child" => new ChildScheduled(m.TaskId, Required(m.Name, m), Required(m.Child, m), m.Input),
        "Timer" => new TimerCreated(m.TaskId, m.At),
        "Completed" => new ExecutionCompleted((OrchestrationRuntimeStatus)m.Status, m.Output, m.Failure),
        _ => throw new JsonException($"Unknown event '{m.Kind}'."),
    };

    private static T Required<T>(T? value, in EventMembers members)
        where T : class => value ?? throw new JsonException($"An event '{members.Kind}' lacks a member.");
}
