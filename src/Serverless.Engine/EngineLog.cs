using Microsoft.Extensions.Logging;

namespace Serverless.Engine;

/// <summary>What the engine says.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Error, "Instance {InstanceId} was given up until the next start")]
    public static partial void InstanceAbandoned(ILogger logger, Exception exception, string instanceId);

    [LoggerMessage(2, LogLevel.Debug, "Recovered: {Active} instances with work open, {Sleeping} asleep, {Unreported} ends to tell")]
    public static partial void Recovered(ILogger logger, int active, int sleeping, int unreported);

    [LoggerMessage(3, LogLevel.Warning, "Instance {InstanceId}: {Reason}")]
    public static partial void ActivityPoisoned(ILogger logger, string instanceId, string reason);
}
