using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Pods.Queueing;
using Serverless.Protocol;

namespace Serverless.Pods;

/// <summary>What the queue says. Never a payload, never a key.</summary>
public sealed partial class PodQueue
{
    private void LogReturned(ReturnedJob returned)
    {
        var (job, retries) = (returned.Job, returned.Job.MaxAttempts - 1);
        if (returned.State == WorkState.Failed) LogFailed(job.Id, job.AttemptNumber, retries, returned.Reason);
        else if (returned.IsCounted) LogReset(job.Id, job.AttemptNumber, retries);
        else LogGivenBack(job.Id, returned.Reason);
    }

    private string TimeoutInMinutes => _options.JobTimeout.TotalMinutes.ToString("0.###", CultureInfo.InvariantCulture);

    [LoggerMessage(1, LogLevel.Information, "Checking for stale running jobs (timeout: {Minutes}min)...")]
    private partial void LogChecking(string minutes);

    [LoggerMessage(2, LogLevel.Warning, "Job {JobId} reset from stale running state (attempt {Attempt}/{Retries})")]
    private partial void LogReset(string jobId, int attempt, int retries);

    [LoggerMessage(3, LogLevel.Information, "Reset {Count} stale jobs from previous run")]
    private partial void LogResetCount(int count);

    [LoggerMessage(4, LogLevel.Error, "Job {JobId} failed for good (attempt {Attempt}, {Retries} retries are allowed): {Reason}")]
    private partial void LogFailed(string jobId, int attempt, int retries, string reason);

    [LoggerMessage(5, LogLevel.Information, "Job {JobId} is queued again and no attempt is counted: {Reason}")]
    private partial void LogGivenBack(string jobId, string reason);

    [LoggerMessage(6, LogLevel.Information, "Job {JobId} is lent to {Pod} (attempt {Attempt}, {Bytes} bytes of input)")]
    private partial void LogLent(string jobId, string pod, int attempt, int bytes);

    [LoggerMessage(7, LogLevel.Warning, "Pod {Pod}: {Notice}; it is lent nothing more")]
    private partial void LogNotice(string pod, string notice);

    [LoggerMessage(8, LogLevel.Error, "Looking after the queue failed; it is tried again")]
    private partial void LogCareFailed(Exception exception);

    [LoggerMessage(9, LogLevel.Information, "Pod {Pod} is told from now on: {Order}")]
    private partial void LogOrdered(string pod, string order);
}
