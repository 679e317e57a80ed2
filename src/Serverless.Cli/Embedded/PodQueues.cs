using Microsoft.Extensions.Logging;
using Serverless.Core.Settings;
using Serverless.Pods;

namespace Serverless.Cli.Embedded;

/// <summary>The queue of a state folder.</summary>
internal static class PodQueues
{
    public static string PathOf(FanOutSettings settings) => Path.Combine(settings.StateFolder, "queue.db");

    /// <exception cref="QueueException">The file is in use, damaged, too new, or the disk refuses.</exception>
    public static PodQueue Open(FanOutSettings settings, ILoggerFactory loggers, TimeProvider clock)
    {
        Directory.CreateDirectory(settings.StateFolder);
        var options = new QueueOptions
        {
            Path = PathOf(settings),
            JobTimeout = settings.JobTimeout,
            ModelTimeout = settings.ModelTimeout,
            PollInterval = settings.PollInterval,
        };
        return PodQueue.Open(options, clock, loggers);
    }
}
