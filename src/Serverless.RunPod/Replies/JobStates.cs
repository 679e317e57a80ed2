using Serverless.Core.Jobs;

namespace Serverless.RunPod.Replies;

/// <summary>RunPod's states in Core's words.</summary>
internal static class JobStates
{
    // RunPod ends a job that ran too long as FAILED with this error, or as TIMED_OUT.
    private const string RunLimit = "executionTimeout exceeded";

    /// <summary>A state that is not known is one that may still change.</summary>
    public static JobState Read(ReplyFields fields) => fields.State switch
    {
        "IN_QUEUE" => JobState.Queued,
        "COMPLETED" => JobState.Completed,
        "FAILED" when HitRunLimit(fields.Error) => JobState.TimedOut,
        "FAILED" => JobState.Failed,
        "TIMED_OUT" => JobState.TimedOut,
        "CANCELLED" => JobState.Cancelled,
        _ => JobState.Running,
    };

    public static bool IsKnown(string? state) => state
        is "IN_QUEUE" or "IN_PROGRESS" or "RUNNING" or "COMPLETED" or "FAILED" or "TIMED_OUT" or "CANCELLED";

    private static bool HitRunLimit(string? error) =>
        error is not null && error.AsSpan().Trim().StartsWith(RunLimit, StringComparison.OrdinalIgnoreCase);
}
