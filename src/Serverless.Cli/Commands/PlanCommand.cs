using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout plan</c> was asked.</summary>
internal sealed record PlanOptions
{
    /// <inheritdoc cref="RunOptions.File"/>
    public required string File { get; init; }

    /// <inheritdoc cref="RunRequest.ChunkSize"/>
    public int? ChunkSize { get; init; }

    public ChunkBy By { get; init; }

    /// <summary>How long a flashpoint is expected to take; null: unknown.</summary>
    public TimeSpan? PerFlashpoint { get; init; }

    /// <inheritdoc cref="RunOptions.CommandLine"/>
    public required SettingSource CommandLine { get; init; }
}

/// <summary>Shows how a run would be cut up. Runs and writes nothing.</summary>
internal sealed class PlanCommand(CommandContext context)
{
    public async Task<int> RunAsync(PlanOptions options, CancellationToken cancellationToken)
    {
        var workers = context.LoadSettings(options.CommandLine).Workers ?? FanOutSettings.DefaultWorkers;
        await using var file = FlashpointFile.Open(options.File, context);
        var request = new PlanRequest
        {
            Flashpoints = file.Content,
            SourceName = file.Name,
            Workers = workers,
            ChunkSize = options.ChunkSize,
            By = options.By,
        };
        var plan = await context.Head.PlanAsync(request, cancellationToken);
        PlanReport.Write(context.Terminal.Output, plan, workers, options.PerFlashpoint);
        return ExitCode.Success;
    }
}
