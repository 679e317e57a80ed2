using Serverless.Emulator.Jobs;

namespace Serverless.Emulator;

/// <summary>What the emulator logs. Ids and kinds, never an input, an output or a key.</summary>
internal static partial class EmulatorLog
{
    [LoggerMessage(1, LogLevel.Debug, "Job {JobId} is {Status}")]
    public static partial void JobMoved(this ILogger logger, string jobId, JobStatus status);

    [LoggerMessage(2, LogLevel.Debug, "Worker {WorkerId} is ready")]
    public static partial void WorkerReady(this ILogger logger, string workerId);

    [LoggerMessage(3, LogLevel.Debug, "Worker {WorkerId} stopped")]
    public static partial void WorkerStopped(this ILogger logger, string workerId);

    [LoggerMessage(4, LogLevel.Warning, "Worker {WorkerId} was lost with job {JobId}: {Reason}")]
    public static partial void WorkerLost(this ILogger logger, string workerId, string jobId, string reason);

    [LoggerMessage(5, LogLevel.Debug, "The handler raised {ErrorType} on job {JobId}")]
    public static partial void HandlerRaised(this ILogger logger, string errorType, string jobId);

    [LoggerMessage(6, LogLevel.Debug, "Fault {Kind} strikes {Subject}")]
    public static partial void FaultStrikes(this ILogger logger, string kind, string subject);

    [LoggerMessage(7, LogLevel.Warning, "Webhook of job {JobId} was not taken after {Tries} tries")]
    public static partial void WebhookGivenUp(this ILogger logger, string jobId, int tries);

    [LoggerMessage(8, LogLevel.Debug, "Webhook of job {JobId} was taken")]
    public static partial void WebhookTaken(this ILogger logger, string jobId);

    [LoggerMessage(9, LogLevel.Debug, "Webhook of job {JobId} was not taken at try {Try}")]
    public static partial void WebhookRefused(this ILogger logger, string jobId, int @try);

    [LoggerMessage(10, LogLevel.Error, "Background work failed")]
    public static partial void BackgroundWorkFailed(this ILogger logger, Exception error);
}
