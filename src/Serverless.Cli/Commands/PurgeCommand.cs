using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout purge</c> was asked.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="IsConfirmed">Do not ask.</param>
/// <param name="CommandLine">Settings given as options.</param>
internal sealed record PurgeOptions(string Run, bool IsConfirmed, SettingSource CommandLine);

/// <summary>Deletes a run that has ended. Asks first; where nobody can answer, <c>--yes</c> is needed.</summary>
internal sealed class PurgeCommand(CommandContext context)
{
    public async Task<int> RunAsync(PurgeOptions options, CancellationToken cancellationToken)
    {
        if (!options.IsConfirmed && context.Terminal.Ask is null)
        {
            throw CommandFailedException.Usage(
                $"purge deletes the results of run {options.Run}, and nobody is here to be asked", "Allowed: --yes.");
        }

        await using var fanOut = await context.OpenAsync(options.CommandLine, StateAccess.Run, cancellationToken);
        var run = await fanOut.ShowAsync(options.Run, cancellationToken);
        if (!run.HasEnded)
        {
            throw CommandFailedException.Failed(
                $"run {run.Run} has not ended", $"First: {CommandHint.Of("cancel", run.Run, options.CommandLine)}");
        }

        if (!options.IsConfirmed && !context.Terminal.Ask!(Question(run)))
        {
            context.Terminal.Say("Nothing was deleted.");
            return ExitCode.Success;
        }

        await fanOut.PurgeAsync(run.Run, cancellationToken);
        context.Terminal.Output.Line($"Run {run.Run} is deleted.");
        return ExitCode.Success;
    }

    private static string Question(RunView run) =>
        $"Delete run {run.Run} with the results of {Printable.Count(run.DoneCount, "flashpoint")}?";
}
