using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What a command about one run was asked.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="CommandLine">Settings given as options.</param>
internal sealed record OneRunOptions(string Run, SettingSource CommandLine);

/// <summary>Cancels a run and its jobs.</summary>
internal sealed class CancelCommand(CommandContext context)
{
    public async Task<int> RunAsync(OneRunOptions options, CancellationToken cancellationToken)
    {
        await using var fanOut = await context.OpenAsync(options.CommandLine, StateAccess.Run, cancellationToken);
        var before = await fanOut.ShowAsync(options.Run, cancellationToken);
        if (before.HasEnded)
        {
            context.Terminal.Output.Line($"Run {before.Run} has already ended ({Printable.Word(before.State)}).");
            return ExitCode.Success;
        }

        await fanOut.CancelAsync(before.Run, cancellationToken);
        var after = await fanOut.ShowAsync(before.Run, cancellationToken);
        context.Terminal.Output.Line(
            $"Run {after.Run} is cancelled. Kept are the results of {after.DoneCount} of "
            + $"{Printable.Count(after.FlashpointCount, "flashpoint")}.");
        return ExitCode.Success;
    }
}
