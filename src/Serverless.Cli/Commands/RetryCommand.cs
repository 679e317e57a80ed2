using Serverless.Cli.Head;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.Commands;

/// <summary>Runs again what is null in a run that has ended.</summary>
internal sealed class RetryCommand(CommandContext context)
{
    public async Task<int> RunAsync(FollowOptions options, CancellationToken cancellationToken)
    {
        var follower = new RunFollower(context, options.CommandLine, options.Delivery);
        if (options.MaxCost is not null) context.LoadSettings(options.CommandLine).RequirePrice();
        await using var fanOut = await context.OpenAsync(options.CommandLine, StateAccess.Run, cancellationToken);
        var run = await fanOut.ShowAsync(options.Run!, cancellationToken);
        if (!run.HasEnded)
        {
            throw CommandFailedException.Failed(
                $"run {run.Run} has not ended", $"To go on: {CommandHint.Of("resume", run.Run, options.CommandLine)}");
        }

        var count = await fanOut.RetryAsync(run.Run, options.MaxCost, cancellationToken);
        if (count == 0)
        {
            context.Terminal.Say($"Run {run.Run} has every result; there is nothing to retry.");
            return await follower.FinishAsync(fanOut, run.Run, cancellationToken);
        }

        if (fanOut.Notice is { } notice) context.Terminal.Say(notice);
        return await follower.FollowAsync(fanOut, run.Run, cancellationToken);
    }
}
