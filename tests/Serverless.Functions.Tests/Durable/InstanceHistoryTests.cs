using DurableTask.Core;
using DurableTask.Core.History;
using Serverless.Functions.Durable;
using Kind = Serverless.Durable.OrchestrationHistoryEventType;
using PortEvent = Serverless.Durable.OrchestrationHistoryEvent;
using PortFailure = Serverless.Durable.FailureDetails;

namespace Serverless.Functions.Tests.Durable;

/// <summary>Durable Task's histories in the port's words.</summary>
public sealed class InstanceHistoryTests
{
    private static readonly DateTime Now = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void History_OfActivitiesChildrenAndTimers_IsToldWithWhoAndWhat()
    {
        var due = Now.AddMinutes(1);
        var failure = new FailureDetails("E", "why", "here", new FailureDetails("I", "inner", null, null, false), false);

        var told = InstanceHistory.ToPort(
        [
            At(new OrchestratorStartedEvent(-1)),
            At(new ExecutionStartedEvent(-1, "1") { Name = "Main" }),
            At(new TaskScheduledEvent(0, "Work", "", "[2]")),
            At(new SubOrchestrationInstanceCreatedEvent(1) { Name = "Child", InstanceId = "child", Input = "3" }),
            At(new TimerCreatedEvent(2, due)),
            At(new OrchestratorCompletedEvent(-1)),
            At(new TaskCompletedEvent(-1, 0, "4")),
            At(new SubOrchestrationInstanceFailedEvent(-1, 1, "why", null, failure)),
            At(new TimerFiredEvent(-1, due) { TimerId = 2 }),
        ]);

        told.ShouldBe(
        [
            New(Kind.ExecutionStarted) with { Name = "Main", SerializedInput = "1" },
            New(Kind.TaskScheduled) with { TaskId = 0, Name = "Work", SerializedInput = "2" },
            New(Kind.SubOrchestrationInstanceCreated) with { TaskId = 1, Name = "Child", InstanceId = "child", SerializedInput = "3" },
            New(Kind.TimerCreated) with { TaskId = 2, FireAt = due },
            New(Kind.TaskCompleted) with { TaskId = 0, Name = "Work", SerializedResult = "4" },
            New(Kind.SubOrchestrationInstanceFailed) with
            {
                TaskId = 1,
                Name = "Child",
                InstanceId = "child",
                FailureDetails = new PortFailure("E", "why", "here", new PortFailure("I", "inner")),
            },
            New(Kind.TimerFired) with { TaskId = 2, FireAt = due },
        ]);
    }

    [Fact]
    public void History_OfWhatCameFromOutside_IsToldWithReasonsAndPayloads()
    {
        var told = InstanceHistory.ToPort(
        [
            At(new EventRaisedEvent(-1, "5") { Name = "item" }),
            At(new ExecutionSuspendedEvent(-1, "wait")),
            At(new ExecutionResumedEvent(-1, "on")),
            At(new TaskFailedEvent(-1, 7, "reason alone", null)),
            At(new ExecutionTerminatedEvent(-1, "\"enough\"")),
            At(new ExecutionCompletedEvent(-1, "6", OrchestrationStatus.Completed)),
        ]);

        told.ShouldBe(
        [
            New(Kind.EventRaised) with { Name = "item", SerializedInput = "5" },
            New(Kind.ExecutionSuspended) with { Reason = "wait" },
            New(Kind.ExecutionResumed) with { Reason = "on" },
            New(Kind.TaskFailed) with { TaskId = 7, FailureDetails = new PortFailure("(unknown)", "reason alone") },
            New(Kind.ExecutionTerminated) with { SerializedInput = "\"enough\"" },
            New(Kind.ExecutionCompleted) with
            {
                OrchestrationStatus = Serverless.Durable.OrchestrationRuntimeStatus.Completed,
                SerializedResult = "6",
            },
        ]);
    }

    private static HistoryEvent At(HistoryEvent one)
    {
        one.Timestamp = Now;
        return one;
    }

    private static PortEvent New(Kind kind) => new() { EventType = kind, Timestamp = Now };
}
