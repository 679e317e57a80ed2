using Serverless.Cli.Delivery;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Core.Runs;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout resume</c> and <c>fanout retry</c> were asked.</summary>
internal sealed record FollowOptions
{
    /// <summary>Null: the one run that has not ended. Always given for a retry.</summary>
    public required string? Run { get; init; }

    /// <summary>What a retry may cost; null: as much as the run.</summary>
    public decimal? MaxCost { get; init; }

    public required DeliveryRequest Delivery { get; init; }

    /// <inheritdoc cref="RunOptions.CommandLine"/>
    public required SettingSource CommandLine { get; init; }
}

/// <summary>Goes on with a run after a stop, a crash or a failure.</summary>
internal sealed class ResumeCommand(CommandContext context)
{
    public async Task<int> RunAsync(FollowOptions options, CancellationToken cancellationToken)
    {
        var follower = new RunFollower(context, options.CommandLine, options.Delivery);
        await using var fanOut = await context.OpenAsync(options.CommandLine, StateAccess.Run, cancellationToken);
        if (await PickAsync(fanOut, options, cancellationToken) is not { } run)
        {
            context.Terminal.Say("No run has been left unfinished.");
            return ExitCode.Success;
        }

        if (run.HasEnded && run.State != RunState.Failed)
        {
            context.Terminal.Say($"Run {run.Run} has already ended; this is what came of it.");
            return await follower.FinishAsync(fanOut, run.Run, cancellationToken);
        }

        await fanOut.ResumeAsync(run.Run, cancellationToken);
        if (fanOut.Notice is { } notice) context.Terminal.Say(notice);
        return await follower.FollowAsync(fanOut, run.Run, cancellationToken);
    }

    private static async Task<RunView?> PickAsync(
        IFanOut fanOut, FollowOptions options, CancellationToken cancellationToken)
    {
        if (options.Run is { } named) return await fanOut.ShowAsync(named, cancellationToken);
        var runs = await fanOut.ListAsync(cancellationToken);
        IReadOnlyList<RunView> unfinished = [.. runs.Where(run => !run.HasEnded)];
        if (unfinished.Count <= 1) return unfinished.SingleOrDefault();
        throw CommandFailedException.Usage(
            $"RUN is missing, and {unfinished.Count} runs are unfinished: "
            + string.Join(", ", unfinished.Take(5).Select(run => run.Run)) + (unfinished.Count > 5 ? ", …" : ""),
            $"Name one, such as: {CommandHint.Of("resume", unfinished[0].Run, options.CommandLine)}");
    }
}
