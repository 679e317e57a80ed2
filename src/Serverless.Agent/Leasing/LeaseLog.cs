using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Leasing;

/// <summary>What is said about jobs and the coordinator.</summary>
internal static partial class LeaseLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} taken (attempt {Attempt}, {Count} flashpoints)")]
    public static partial void Taken(this ILogger logger, string job, int attempt, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} completed in {Seconds:0.0}s")]
    public static partial void Completed(this ILogger logger, string job, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} failed: {Reason}")]
    public static partial void Failed(this ILogger logger, string job, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} given back ({Reason}); results so far: {Count}")]
    public static partial void GivenBack(this ILogger logger, string job, string reason, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} is another's now; its work is stopped")]
    public static partial void Lost(this ILogger logger, string job);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The coordinator does not answer ({Reason}). Work goes on; results are kept here until it does")]
    public static partial void Offline(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The coordinator does not answer ({Reason}). It is asked again until it does")]
    public static partial void NotReached(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The coordinator answers again")]
    public static partial void Online(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The coordinator refuses what it is told of job {Job}: {Reason}")]
    public static partial void Refused(this ILogger logger, string job, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The disk takes no results of job {Job}; they are kept in memory")]
    public static partial void NotKept(this ILogger logger, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be deleted: {Reason}")]
    public static partial void NotDeleted(this ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Of the agent before, results of job {Job} are left and sent now: {Count}")]
    public static partial void Left(this ILogger logger, int count, string job);

    [LoggerMessage(Level = LogLevel.Information, Message = "The coordinator says: {Command}")]
    public static partial void Told(this ILogger logger, string command);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "There was no time left to tell the coordinator of job {Job}; what was not sent is on disk")]
    public static partial void NoTimeLeft(this ILogger logger, string job);
}
