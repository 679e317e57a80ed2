using Microsoft.Extensions.Logging;
using Serverless.Core.Runs;
using Serverless.Engine;

namespace Serverless.Cli.Embedded;

/// <summary>The engine of the embedded head. It takes up what is unfinished only when asked to: first its backend has to be
/// ready.</summary>
internal static class EmbeddedEngine
{
    public static DurableEngine Start(string databasePath, RunEnvironment environment, ILoggerFactory loggers)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(databasePath)!);
        var options = new EngineOptions
        {
            DatabasePath = databasePath,
            ActivateAll = false,
            OnRootEnded = environment.OnRootEnded,

            // Bodies of up to 10 MiB and answers of up to 64 MiB pass through these.
            MaxConcurrentActivitiesByName = new Dictionary<string, int>(StringComparer.Ordinal)
            {
                [Names.SubmitChunk] = 16,
                [Names.CheckJob] = 32,
            },
        };
        return DurableEngine.Start(options, environment.CreateRegistry(), environment.Time, loggers);
    }
}
