using Serverless.Durable;

namespace Serverless.Engine.History;

/// <summary>A fact of an instance's past. Facts that came from outside and the instance's own decisions lie in one
/// ordered list; a replay feeds the first kind and checks the second.</summary>
internal abstract record HistoryEvent;

/// <summary>Something that happened to the instance. Feeding it may complete an await.</summary>
internal abstract record InboundEvent : HistoryEvent;

/// <summary>Something the instance decided. Carried out only once it is committed.</summary>
/// <param name="TaskId">Counts the decisions of an instance; the outcome carries the same number.</param>
internal abstract record DecisionEvent(int TaskId) : HistoryEvent;

/// <summary>A turn began; <see cref="OrchestrationContext.CurrentUtcDateTime"/> is this until the next one.</summary>
internal sealed record TurnStarted(DateTime At) : HistoryEvent;

/// <summary>The orchestrator begins. Its input lies with the instance, not in the history.</summary>
/// <param name="FirstTaskId">More than zero after a ContinueAsNew, so that late outcomes of the execution before are
/// not taken for ours.</param>
internal sealed record ExecutionStarted(int FirstTaskId) : InboundEvent;

/// <summary>An activity or child gave a result.</summary>
internal sealed record TaskSucceeded(int TaskId, ReadOnlyMemory<byte> Result) : InboundEvent;

/// <summary>An activity or child failed.</summary>
internal sealed record TaskFailed(int TaskId, FailureDetails Failure) : InboundEvent;

/// <summary>A timer is due.</summary>
internal sealed record TimerFired(int TaskId) : InboundEvent;

/// <summary>Somebody sent an external event.</summary>
internal sealed record EventRaised(string Name, ReadOnlyMemory<byte> Payload) : InboundEvent;

/// <summary>Set aside: what comes now waits for <see cref="ExecutionResumed"/>.</summary>
internal sealed record ExecutionSuspended(string? Reason) : InboundEvent;

/// <summary>No longer set aside.</summary>
internal sealed record ExecutionResumed(string? Reason) : InboundEvent;

/// <summary>Ended from outside.</summary>
internal sealed record ExecutionTerminated(ReadOnlyMemory<byte> Output, bool Recursive) : InboundEvent;

/// <summary>The instance asked for an activity.</summary>
internal sealed record ActivityScheduled(int TaskId, string Name, ReadOnlyMemory<byte> Input) : DecisionEvent(TaskId);

/// <summary>The instance asked for a child.</summary>
internal sealed record ChildScheduled(int TaskId, string Name, string InstanceId, ReadOnlyMemory<byte> Input)
    : DecisionEvent(TaskId);

/// <summary>The instance set a timer.</summary>
internal sealed record TimerCreated(int TaskId, DateTime FireAt) : DecisionEvent(TaskId);

/// <summary>The instance ended. The last event of a history.</summary>
internal sealed record ExecutionCompleted(
    OrchestrationRuntimeStatus Status, ReadOnlyMemory<byte> Output, FailureDetails? Failure) : HistoryEvent;
