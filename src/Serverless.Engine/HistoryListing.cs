using System.Text;
using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Storage;
using Kind = Serverless.Durable.OrchestrationHistoryEventType;

namespace Serverless.Engine;

/// <summary>A stored history as clients see it.</summary>
internal sealed class HistoryListing
{
    private readonly InstanceRow _row;
    private readonly Dictionary<int, DecisionEvent> _decisions = [];

    private HistoryListing(InstanceRow row) => _row = row;

    /// <summary>The events of an instance. Those of one turn carry the turn's time.</summary>
    /// <exception cref="EngineException">The history is damaged.</exception>
    public static IReadOnlyList<OrchestrationHistoryEvent> Read(InstanceReader reader, InstanceRow row)
    {
        var listing = new HistoryListing(row);
        return
        [
            .. from segment in reader.History(row)
               from one in segment.Events()
               where one is not TurnStarted
               select listing.ToEvent(one) with { Timestamp = segment.At },
        ];
    }

    private OrchestrationHistoryEvent ToEvent(HistoryEvent one) => one switch
    {
        DecisionEvent decision => Remember(decision),
        ExecutionStarted => New(Kind.ExecutionStarted) with { Name = _row.Name, SerializedInput = Text(_row.Input) },
        TaskSucceeded e => Outcome(e.TaskId, Kind.TaskCompleted, Kind.SubOrchestrationInstanceCompleted, Text(e.Result), null),
        TaskFailed e => Outcome(e.TaskId, Kind.TaskFailed, Kind.SubOrchestrationInstanceFailed, null, e.Failure),
        TimerFired e => New(Kind.TimerFired) with { TaskId = e.TaskId, FireAt = Find<TimerCreated>(e.TaskId)?.FireAt },
        EventRaised e => New(Kind.EventRaised) with { Name = e.Name, SerializedInput = Text(e.Payload) },
        ExecutionSuspended e => New(Kind.ExecutionSuspended) with { Reason = e.Reason },
        ExecutionResumed e => New(Kind.ExecutionResumed) with { Reason = e.Reason },
        ExecutionTerminated e => New(Kind.ExecutionTerminated) with { SerializedInput = Text(e.Output) },
        ExecutionCompleted e => New(Kind.ExecutionCompleted) with
        {
            OrchestrationStatus = e.Status,
            SerializedResult = Text(e.Output),
            FailureDetails = e.Failure,
        },
        _ => throw new InvalidOperationException($"No way to show a {one.GetType().Name}."),
    };

    private OrchestrationHistoryEvent Remember(DecisionEvent decision)
    {
        _decisions[decision.TaskId] = decision;
        var asked = decision switch
        {
            ActivityScheduled e => New(Kind.TaskScheduled) with { Name = e.Name, SerializedInput = Text(e.Input) },
            ChildScheduled e => New(Kind.SubOrchestrationInstanceCreated) with
            {
                Name = e.Name,
                InstanceId = e.InstanceId,
                SerializedInput = Text(e.Input),
            },
            TimerCreated e => New(Kind.TimerCreated) with { FireAt = e.FireAt },
            _ => throw new InvalidOperationException($"No way to show a {decision.GetType().Name}."),
        };
        return asked with { TaskId = decision.TaskId };
    }

    private OrchestrationHistoryEvent Outcome(int taskId, Kind ofActivity, Kind ofChild, string? result, FailureDetails? failure)
    {
        var child = Find<ChildScheduled>(taskId);
        return New(child is null ? ofActivity : ofChild) with
        {
            TaskId = taskId,
            Name = child?.Name ?? Find<ActivityScheduled>(taskId)?.Name,
            InstanceId = child?.InstanceId,
            SerializedResult = result,
            FailureDetails = failure,
        };
    }

    private T? Find<T>(int taskId)
        where T : DecisionEvent => _decisions.GetValueOrDefault(taskId) as T;

    private static OrchestrationHistoryEvent New(Kind type) => new() { EventType = type, Timestamp = default };

    private static string? Text(ReadOnlyMemory<byte> json) => json.IsEmpty ? null : Encoding.UTF8.GetString(json.Span);
}
