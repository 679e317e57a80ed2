using Serverless.Core.Flashpoints;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Host.Sources;

namespace Serverless.Host.Schedule;

/// <summary>What may go wrong with a daily run.</summary>
internal static class DailyErrors
{
    /// <summary>Whether an error's message is written for people and holds no secret.</summary>
    public static bool IsExpected(Exception e) =>
        e is SourceException or FlashpointFormatException or JobBackendException or RunConflictException;
}
