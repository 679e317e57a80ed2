using Serverless.Agent.Checkpoints;
using Serverless.Agent.Exec;
using Serverless.Agent.Processes;
using Serverless.Cli.Embedded;
using Serverless.Cli.Hosting;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Runs a command with its checkpoints until it is done, or the machine goes.</summary>
internal sealed class AgentExecCommand(CommandContext context)
{
    public async Task<int> RunAsync(SettingSource commandLine, Func<ExecOptions> bind, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(commandLine);
        context.Log.Format = settings.LogFormat;
        if (settings.CheckpointStore is not { } place)
            throw CommandFailedException.Usage("--store is missing", "Give --store, or set CHECKPOINT_STORE.");
        cancellationToken.ThrowIfCancellationRequested();
        var outcome = await RunAsync(bind(), settings, place);
        if (outcome == ExecOutcome.Failed) throw CommandFailedException.Failed("the command failed, and is not started again");
        if (outcome == ExecOutcome.Superseded) return ExitCode.Superseded;
        if (outcome == ExecOutcome.Stopped) context.Log.Say("Stopped. What was saved is stored; the same command goes on from there.");
        return outcome == ExecOutcome.Stopped && context.Signals.WasInterrupted ? ExitCode.Interrupted : ExitCode.Success;
    }

    private async Task<ExecOutcome> RunAsync(ExecOptions options, FanOutSettings settings, string place)
    {
        var objects = CheckpointStores.Open(context, settings, place);
        using var disposed = objects as IDisposable;
        using var alerts = new PodAlertParts(settings, options.AlertFolder, context.Clock);
        var parts = context.AgentParts() with { Alerts = alerts.Parts };
        try
        {
            return await AgentExec.RunAsync(options, objects, parts, address => context.Log.Say($"Health: {address}health"));
        }
        catch (CheckpointsLostException exception)
        {
            throw CommandFailedException.Failed(
                exception.Message, "To begin anew, give --store another place, or delete what is there.", exception);
        }
        catch (WorkerStartException exception)
        {
            throw CommandFailedException.Usage(exception.Message, "Allowed: a program on this machine.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.Failed($"{place}: {exception.Message}", inner: exception);
        }
    }
}
