using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Supervision;

/// <summary>What is said about the worker.</summary>
internal static partial class WatchdogLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Worker started (pid {Id})")]
    public static partial void Started(this ILogger logger, int id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker healthy ({Sign} {Age:0.0}s ago)")]
    public static partial void Healthy(this ILogger logger, string sign, double age);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker unhealthy ({Reason}), restarting...")]
    public static partial void Unhealthy(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker ended with exit code {Code}")]
    public static partial void EndedWell(this ILogger logger, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker could not be started: {Reason}")]
    public static partial void NotStarted(this ILogger logger, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Worker is started again in {Seconds:0.#}s (restart {Count} of at most {Max} within an hour)")]
    public static partial void StartingAgain(this ILogger logger, double seconds, int count, int max);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker recovered {Seconds:0.0}s after it had died")]
    public static partial void Recovered(this ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Text}")]
    public static partial void GivenUp(this ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "A person has looked; the worker is started again")]
    public static partial void Allowed(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker is asked to end (SIGTERM); it has {Seconds:0.#}s")]
    public static partial void Asked(this ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The worker that an agent before had left (pid {Id}) is killed")]
    public static partial void KilledLeft(this ILogger logger, int id);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} zombies taken out of the process table")]
    public static partial void Reaped(this ILogger logger, int count);
}
