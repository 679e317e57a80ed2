using Serverless.Core.Jobs;

namespace Serverless.RunPod.Replies;

/// <summary>RunPod's states in Core's words.</summary>
internal static class JobStates
{
    // RunPod ends a job that ran too long as FAILED with this error, or as TIMED_OUT.
    private const string RunLimit = "executionTimeout exceeded";

    // "job timed out after 1 retries": taken, never reported, dispatched again, lost again. The others are what users saw.
    private static readonly string[] WorkerDeaths =
        ["job timed out after", "worker exited", "worker crashed", "worker was lost", "exit code 13"];

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

    /// <summary>Who is at fault. An error that the handler gave comes unpacked or as text; the platform's own have fixed
    /// words, or none at all when a worker died without a sound.</summary>
    public static JobFault FaultOf(ReplyFields fields) => Read(fields) switch
    {
        JobState.TimedOut when HitRunLimit(fields.Error) => JobFault.TimeLimit,

        // Documented: a worker that did not report in time, or a job that expired before one took it.
        JobState.TimedOut => fields.WorkerId is null ? JobFault.TimeLimit : JobFault.Worker,
        JobState.Failed when string.IsNullOrWhiteSpace(fields.Error) => JobFault.Worker,
        JobState.Failed when SaysWorkerDied(fields.Error) => JobFault.Worker,
        JobState.Failed => JobFault.Handler,
        _ => JobFault.Unknown,
    };

    public static bool IsKnown(string? state) => state
        is "IN_QUEUE" or "IN_PROGRESS" or "RUNNING" or "COMPLETED" or "FAILED" or "TIMED_OUT" or "CANCELLED";

    private static bool SaysWorkerDied(string error) =>
        Array.Exists(WorkerDeaths, words => error.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static bool HitRunLimit(string? error) =>
        error is not null && error.AsSpan().Trim().StartsWith(RunLimit, StringComparison.OrdinalIgnoreCase);
}
