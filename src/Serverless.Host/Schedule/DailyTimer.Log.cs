using Microsoft.Extensions.Logging;

namespace Serverless.Host.Schedule;

internal sealed partial class DailyTimer
{
    [LoggerMessage(1, LogLevel.Information, "Daily timer: {Expression} in {TimeZone}; next at {Next:u}")]
    private partial void LogSchedule(string expression, string timeZone, DateTimeOffset? next);

    [LoggerMessage(2, LogLevel.Information, "Run {RunId} was due at {ScheduledFor:u} and is caught up")]
    private partial void LogCatchingUp(string runId, DateTimeOffset scheduledFor);

    [LoggerMessage(3, LogLevel.Information, "Daily run {RunId}: {Result}")]
    private partial void LogStarted(string runId, DailyResult result);

    [LoggerMessage(4, LogLevel.Warning, "Daily run {RunId} could not be started (try {Tries}), next try at {NextTryAt:u}: {Error}")]
    private partial void LogTryFailed(string runId, int tries, string? error, DateTimeOffset nextTryAt);

    [LoggerMessage(5, LogLevel.Error, "Daily run {RunId} could not be started in {Tries} tries and is left out: {Error}")]
    private partial void LogFailed(string runId, int tries, string? error);

    [LoggerMessage(6, LogLevel.Error, "Daily run {RunId}, try {Tries}, failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string runId, int tries);

    [LoggerMessage(7, LogLevel.Error, "The daily timer could not look what is due; it looks again in a minute")]
    private partial void LogLookFailed(Exception exception);
}
