namespace Serverless.Durable;

/// <summary>Where an instance stands. The numbers are Durable Task's and are stored.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>Started and not ended.</summary>
    Running = 0,

    /// <summary>Ended with an output.</summary>
    Completed = 1,

    /// <summary>Being started over with an empty history.</summary>
    ContinuedAsNew = 2,

    /// <summary>Ended with an unhandled failure.</summary>
    Failed = 3,

    /// <summary>Ended by cancellation. Durable Task keeps the word; no engine sets it today.</summary>
    Canceled = 4,

    /// <summary>Ended from outside.</summary>
    Terminated = 5,

    /// <summary>Scheduled and not yet started.</summary>
    Pending = 6,

    /// <summary>Set aside from outside until resumed; its events are kept.</summary>
    Suspended = 7,
}

/// <summary>Questions about an <see cref="OrchestrationRuntimeStatus"/>.</summary>
public static class OrchestrationRuntimeStatusExtensions
{
    /// <summary>True when nothing can happen to the instance any more, short of a rewind or a purge.</summary>
    public static bool IsEnded(this OrchestrationRuntimeStatus status) => status is
        OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or
        OrchestrationRuntimeStatus.Canceled or OrchestrationRuntimeStatus.Terminated;
}
