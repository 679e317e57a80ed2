using Serverless.Cli.Delivery;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout results</c> was asked.</summary>
internal sealed record ResultsOptions
{
    public required string Run { get; init; }

    public required DeliveryRequest Delivery { get; init; }

    /// <inheritdoc cref="RunOptions.CommandLine"/>
    public required SettingSource CommandLine { get; init; }
}

/// <summary>Writes the results of a run that has ended, to standard output unless told otherwise.</summary>
internal sealed class ResultsCommand(CommandContext context)
{
    public async Task<int> RunAsync(ResultsOptions options, CancellationToken cancellationToken)
    {
        var delivery = options.Delivery with { Out = options.Delivery.Out ?? "-" };
        var sink = ResultSink.Prepare(delivery, context.Terminal, context.Directory);
        await using var fanOut = await context.OpenAsync(options.CommandLine, StateAccess.Read, cancellationToken);
        var run = await fanOut.ShowAsync(options.Run, cancellationToken);
        if (!run.HasEnded)
        {
            throw CommandFailedException.Failed(
                $"run {run.Run} has not ended: {run.DoneCount} of {run.FlashpointCount} flashpoints are done",
                $"To go on: {CommandHint.Of("resume", run.Run, options.CommandLine)}");
        }

        var location = await sink.WriteAsync(fanOut, run, cancellationToken);
        if (location is not null) context.Terminal.Say($"Results: {location}");
        return run.MissingCount == 0 ? ExitCode.Success : ExitCode.SomeNull;
    }
}
