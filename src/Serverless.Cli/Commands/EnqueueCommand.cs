using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout enqueue</c> was asked.</summary>
internal sealed record EnqueueOptions
{
    public required string File { get; init; }

    public string? WorkId { get; init; }

    public bool Force { get; init; }

    /// <summary>Where the host listens; null: at COORDINATOR_URL, else LISTEN_URL.</summary>
    public Uri? Host { get; init; }

    public required SettingSource CommandLine { get; init; }
}

/// <summary>Leaves a run to a host and its pods, whether one is there or not.</summary>
internal sealed class EnqueueCommand(CommandContext context)
{
    public async Task<int> RunAsync(EnqueueOptions options, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(options.CommandLine);
        await using var file = FlashpointFile.Open(options.File, context);
        var host = HostAddress.Of(options.Host, settings);
        var request = new EnqueueRequest
        {
            Flashpoints = file.Content,
            SourceName = file.Name,
            WorkId = options.WorkId,
            Force = options.Force,
            Host = host,
        };
        var enqueued = await context.Head.EnqueueAsync(settings, request, cancellationToken);
        context.Terminal.Output.Line(enqueued.IsNew
            ? $"Run {enqueued.Run} is queued for pods at {host.AbsoluteUri.TrimEnd('/')}."
            : $"Run {enqueued.Run} is there already; --force runs it again when it has ended.");
        return ExitCode.Success;
    }
}
