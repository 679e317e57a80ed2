namespace Serverless.RunPod;

/// <summary>What RunPod's job API allows, as documented or observed; see the operation reference of RunPod's
/// docs.</summary>
public static class RunPodLimits
{
    /// <summary>The largest body of a submission, in bytes: 10 MiB. RunPod answers a larger one with 400, or the edge
    /// with 502, so it is refused before it leaves.</summary>
    public const int MaxRequestBytes = 10 * 1024 * 1024;

    /// <summary>The shortest time a worker may be given for a job: 5 s. Less is raised to it.</summary>
    public static readonly TimeSpan MinExecutionTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The shortest life of a job from its submission: 10 s. Less is raised to it.</summary>
    public static readonly TimeSpan MinTimeToLive = TimeSpan.FromSeconds(10);

    /// <summary>The longest life of a job from its submission: 7 days. More is cut to it.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(7);

    /// <summary>How much longer than its execution timeout a job must live: 10 s. RunPod ends a job up to that long
    /// after its timeout, and a job that outlives its life is deleted with its result.</summary>
    public static readonly TimeSpan TimeToLiveMargin = TimeSpan.FromSeconds(10);

    /// <summary>The longest time a worker may be given for a job: 7 days less <see cref="TimeToLiveMargin"/>, so that
    /// the job's life can still be longer. More is cut to it.</summary>
    public static readonly TimeSpan MaxExecutionTimeout = MaxTimeToLive - TimeToLiveMargin;

    /// <summary>The window that calls are counted in: 10 s. Calls over the limit are answered with 429.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(10);

    /// <summary>Calls to POST /run per window.</summary>
    public const int RunCallsPerWindow = 1000;

    /// <summary>Calls to POST /run at the same time.</summary>
    public const int RunCallsAtOnce = 200;

    /// <summary>Calls to GET /status per window; the same holds for GET /stream.</summary>
    public const int StatusCallsPerWindow = 2000;

    /// <summary>Calls to GET /status at the same time; the same holds for GET /stream.</summary>
    public const int StatusCallsAtOnce = 400;

    /// <summary>Calls to POST /cancel per window. The tightest limit of those that a run meets.</summary>
    public const int CancelCallsPerWindow = 100;

    /// <summary>Calls to POST /cancel at the same time.</summary>
    public const int CancelCallsAtOnce = 20;

    /// <summary>Calls to POST /purge-queue per window.</summary>
    public const int PurgeCallsPerWindow = 2;
}
