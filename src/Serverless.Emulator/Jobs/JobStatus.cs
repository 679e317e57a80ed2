namespace Serverless.Emulator.Jobs;

/// <summary>Where a job stands.</summary>
internal enum JobStatus
{
    InQueue,
    InProgress,
    Completed,
    Failed,
    Cancelled,
    TimedOut,
}

/// <summary>Questions about a <see cref="JobStatus"/>.</summary>
internal static class JobStatusExtensions
{
    public static bool IsTerminal(this JobStatus status) => status is not (JobStatus.InQueue or JobStatus.InProgress);

    public static bool CanBeRetried(this JobStatus status) => status is JobStatus.Failed or JobStatus.TimedOut;

    /// <summary>RunPod's name of it.</summary>
    public static string Name(this JobStatus status) => status switch
    {
        JobStatus.InQueue => "IN_QUEUE",
        JobStatus.InProgress => "IN_PROGRESS",
        JobStatus.Completed => "COMPLETED",
        JobStatus.Failed => "FAILED",
        JobStatus.Cancelled => "CANCELLED",
        JobStatus.TimedOut => "TIMED_OUT",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
