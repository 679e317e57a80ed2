namespace Serverless.Core.Runs;

/// <summary>How long a job may run and live.</summary>
internal static class JobTimes
{
    /// <summary>RunPod overshoots a limit by some seconds; to cancel before that would only waste the work.</summary>
    public static readonly TimeSpan Overshoot = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan QueueAllowance = TimeSpan.FromMinutes(10);

    /// <summary>How long a worker may hold the job: REQUEST_TIMEOUT.</summary>
    public static TimeSpan ExecutionTimeout(RunInput run) => TimeSpan.FromSeconds(run.Timeouts.RequestS);

    /// <summary>How long the job may live from submission. RunPod counts queue and run together and deletes a job whose
    /// time is up, running or not: so it must be well above the execution limit.</summary>
    public static TimeSpan TimeToLive(RunInput run) =>
        ExecutionTimeout(run) * 2 + (run.QueueSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : QueueAllowance);
}
