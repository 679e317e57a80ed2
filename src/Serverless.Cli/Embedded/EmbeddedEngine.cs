using Microsoft.Extensions.Logging;
using Serverless.Core.Runs;
using Serverless.Engine;

namespace Serverless.Cli.Embedded;

/// <summary>The engine of the embedded head. It takes up what is unfinished only when asked to: first its backend has to be
/// ready.</summary>
internal static class EmbeddedEngine
{
    /// <summary>What one kind of work may hold, so that the others are never kept from going on.</summary>
    private static readonly Dictionary<string, int> SlotsByName = new(StringComparer.Ordinal)
    {
        // Bodies of up to 10 MiB pass through these.
        [Names.SubmitChunk] = 16,

        // RunPod may hold 64 of them for a second each, waiting for parts of outputs; the other 32 take ends, of up to 64 MiB.
        [Names.CheckJob] = 96,

        // Ten a second is what RunPod takes: more of them would only wait.
        [Names.CancelJob] = 16,

        // A chat that is down holds one for seconds.
        [Names.SendAlert] = 8,
    };

    public static DurableEngine Start(string databasePath, RunEnvironment environment, ILoggerFactory loggers)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(databasePath)!);
        var options = new EngineOptions
        {
            DatabasePath = databasePath,
            ActivateAll = false,
            OnRootEnded = environment.OnRootEnded,

            MaxConcurrentActivities = 256,
            MaxConcurrentActivitiesByName = SlotsByName,
        };
        return DurableEngine.Start(options, environment.CreateRegistry(), environment.Time, loggers);
    }
}
