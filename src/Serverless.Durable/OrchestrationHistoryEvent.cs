namespace Serverless.Durable;

/// <summary>What kinds of things happen to an instance. The names are Durable Task's.</summary>
public enum OrchestrationHistoryEventType
{
    /// <summary>The orchestrator began.</summary>
    ExecutionStarted,

    /// <summary>It asked for an activity.</summary>
    TaskScheduled,

    /// <summary>An activity gave a result.</summary>
    TaskCompleted,

    /// <summary>An activity failed.</summary>
    TaskFailed,

    /// <summary>It asked for a child.</summary>
    SubOrchestrationInstanceCreated,

    /// <summary>A child gave a result.</summary>
    SubOrchestrationInstanceCompleted,

    /// <summary>A child failed, or could not be started.</summary>
    SubOrchestrationInstanceFailed,

    /// <summary>It set a timer.</summary>
    TimerCreated,

    /// <summary>A timer was due.</summary>
    TimerFired,

    /// <summary>Somebody sent an external event.</summary>
    EventRaised,

    /// <summary>It was set aside.</summary>
    ExecutionSuspended,

    /// <summary>It was let go on.</summary>
    ExecutionResumed,

    /// <summary>It was ended from outside.</summary>
    ExecutionTerminated,

    /// <summary>It ended. The last event.</summary>
    ExecutionCompleted,
}

/// <summary>One thing that happened to an instance. Which members are set depends on <see cref="EventType"/>.</summary>
public sealed record OrchestrationHistoryEvent
{
    /// <summary>What happened.</summary>
    public required OrchestrationHistoryEventType EventType { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The number of the activity, child or timer: the same when it is asked for and when it ends.</summary>
    public int? TaskId { get; init; }

    /// <summary>The orchestrator, activity, child orchestrator or external event.</summary>
    public string? Name { get; init; }

    /// <summary>The child's id.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The input of what was started, or the payload of an event, as JSON.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>The result, as JSON.</summary>
    public string? SerializedResult { get; init; }

    /// <summary>Why it was set aside or let go on.</summary>
    public string? Reason { get; init; }

    /// <summary>When a timer is due.</summary>
    public DateTimeOffset? FireAt { get; init; }

    /// <summary>How the instance ended.</summary>
    public OrchestrationRuntimeStatus? OrchestrationStatus { get; init; }

    /// <summary>What went wrong.</summary>
    public FailureDetails? FailureDetails { get; init; }
}
