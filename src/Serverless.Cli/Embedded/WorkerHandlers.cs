using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Workers;

namespace Serverless.Cli.Embedded;

/// <summary>The worker that handles jobs on this machine.</summary>
internal static class WorkerHandlers
{
    public static IWorkerHandler Create(
        string? command, Uri? url, TimeSpan perFlashpoint, TimeProvider clock, ILoggerFactory loggers)
    {
        if (command is not null)
        {
            return Failures.Translate(
                "WORKER_COMMAND", () => new CommandHandler(command, clock, loggers.CreateLogger<CommandHandler>()));
        }

        // A job takes as long as it takes; its own limits end it.
        if (url is not null) return new HttpHandler(url, new HttpClient { Timeout = Timeout.InfiniteTimeSpan });

        // The run already says what its flashpoints come to; the sample worker would only say it twice.
        var options = new SampleHandlerOptions { SecondsPerFlashpoint = perFlashpoint };
        return new SampleHandler(options, clock, NullLogger<SampleHandler>.Instance);
    }
}
