using DurableTask.Core.History;
using Microsoft.DurableTask;
using Serverless.Durable;
using CoreFailure = DurableTask.Core.FailureDetails;
using Kind = Serverless.Durable.OrchestrationHistoryEventType;

namespace Serverless.Functions.Durable;

/// <summary>A history of Durable Task in the port's words. What only says that a turn began or ended is left out.</summary>
internal sealed class InstanceHistory
{
    private readonly Dictionary<int, HistoryEvent> _asked = [];

    public static IReadOnlyList<OrchestrationHistoryEvent> ToPort(IEnumerable<HistoryEvent> history)
    {
        var read = new InstanceHistory();
        return [.. history.Select(read.ToEvent).OfType<OrchestrationHistoryEvent>()];
    }

    private OrchestrationHistoryEvent? ToEvent(HistoryEvent one)
    {
        if (one is TaskScheduledEvent or SubOrchestrationInstanceCreatedEvent or TimerCreatedEvent) _asked[one.EventId] = one;
        return Known(one) is not { } known ? null : known with { Timestamp = Utc(one.Timestamp) };
    }

    private OrchestrationHistoryEvent? Known(HistoryEvent one) => one switch
    {
        ExecutionStartedEvent e => New(Kind.ExecutionStarted) with { Name = e.Name, SerializedInput = e.Input },
        TaskScheduledEvent e => New(Kind.TaskScheduled) with { TaskId = e.EventId, Name = e.Name, SerializedInput = Unwrapped(e.Input) },
        TaskCompletedEvent e => OfTask(Kind.TaskCompleted, e.TaskScheduledId) with { SerializedResult = e.Result },
        TaskFailedEvent e => OfTask(Kind.TaskFailed, e.TaskScheduledId) with { FailureDetails = ToFailure(e.FailureDetails, e.Reason) },
        SubOrchestrationInstanceCreatedEvent e =>
            OfChild(Kind.SubOrchestrationInstanceCreated, e.EventId) with { SerializedInput = e.Input },
        SubOrchestrationInstanceCompletedEvent e =>
            OfChild(Kind.SubOrchestrationInstanceCompleted, e.TaskScheduledId) with { SerializedResult = e.Result },
        SubOrchestrationInstanceFailedEvent e => OfChild(Kind.SubOrchestrationInstanceFailed, e.TaskScheduledId) with
        {
            FailureDetails = ToFailure(e.FailureDetails, e.Reason),
        },
        TimerCreatedEvent e => New(Kind.TimerCreated) with { TaskId = e.EventId, FireAt = Utc(e.FireAt) },
        TimerFiredEvent e => New(Kind.TimerFired) with { TaskId = e.TimerId, FireAt = Utc(e.FireAt) },
        EventRaisedEvent e => New(Kind.EventRaised) with { Name = e.Name, SerializedInput = e.Input },
        ExecutionSuspendedEvent e => New(Kind.ExecutionSuspended) with { Reason = e.Reason },
        ExecutionResumedEvent e => New(Kind.ExecutionResumed) with { Reason = e.Reason },
        ExecutionTerminatedEvent e => New(Kind.ExecutionTerminated) with { SerializedInput = e.Input },
        ExecutionCompletedEvent e => New(Kind.ExecutionCompleted) with
        {
            OrchestrationStatus = (OrchestrationRuntimeStatus)(int)e.OrchestrationStatus,
            SerializedResult = e.Result,
            FailureDetails = e.FailureDetails is null ? null : ToFailure(e.FailureDetails, null),
        },
        _ => null,
    };

    private OrchestrationHistoryEvent OfTask(Kind kind, int taskId) => New(kind) with
    {
        TaskId = taskId,
        Name = (_asked.GetValueOrDefault(taskId) as TaskScheduledEvent)?.Name,
    };

    private OrchestrationHistoryEvent OfChild(Kind kind, int taskId)
    {
        var child = _asked.GetValueOrDefault(taskId) as SubOrchestrationInstanceCreatedEvent;
        return New(kind) with { TaskId = taskId, Name = child?.Name, InstanceId = child?.InstanceId };
    }

    /// <summary>Durable Task writes an activity's input as an array of one.</summary>
    private static string? Unwrapped(string? input) => input is ['[', .., ']'] ? input[1..^1] : input;

    private static FailureDetails ToFailure(CoreFailure? failure, string? reason) => failure is null
        ? new FailureDetails("(unknown)", reason ?? "")
        : Failures.ToPort(ToTaskFailure(failure));

    private static TaskFailureDetails ToTaskFailure(CoreFailure failure) => new(
        failure.ErrorType,
        failure.ErrorMessage,
        failure.StackTrace,
        failure.InnerFailure is { } inner ? ToTaskFailure(inner) : null,
        Properties: null);

    private static OrchestrationHistoryEvent New(Kind kind) => new() { EventType = kind, Timestamp = default };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
