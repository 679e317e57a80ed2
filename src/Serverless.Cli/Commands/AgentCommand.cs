using Serverless.Agent.Leasing;
using Serverless.Agent.Processes;
using Serverless.Cli.Embedded;
using Serverless.Cli.Hosting;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Works for a coordinator until the end is wanted, which is how it is meant to end.</summary>
internal sealed class AgentCommand(CommandContext context)
{
    public async Task<int> RunAsync(
        SettingSource commandLine, Func<FanOutSettings, AgentOptions> bind, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(commandLine);
        context.Log.Format = settings.LogFormat;
        var options = bind(settings);
        cancellationToken.ThrowIfCancellationRequested();
        var checkpoints = options.Checkpoints is null
            ? null
            : CheckpointStores.Open(context, settings, options.CheckpointPlace);
        using var disposed = checkpoints as IDisposable;
        var parts = context.AgentParts();
        using var alerts = new PodAlertParts(settings, options.AlertFolder(parts), context.Clock);
        var reason = "";
        try
        {
            var outcome = await AgentLoop.RunAsync(
                options, parts with { Alerts = alerts.Parts }, checkpoints, address => context.Log.Say($"Health: {address}health"),
                refused => reason = refused);
            if (outcome == AgentOutcome.Refused)
            {
                throw CommandFailedException.Failed(
                    $"The coordinator at {options.Coordinator.GetLeftPart(UriPartial.Authority)} does not want this agent: {reason}",
                    options.Key is null
                        ? "COORDINATOR_KEY is not set: one of the keys of the host's POD_KEYS."
                        : "COORDINATOR_KEY is one of the keys of the host's POD_KEYS, and each pod has a name of its own (--pod).");
            }

            context.Log.Say("Stopped. What was held is finished or given back.");
            return context.Signals.WasInterrupted ? ExitCode.Interrupted : ExitCode.Success;
        }
        catch (WorkerStartException exception)
        {
            throw CommandFailedException.Usage(exception.Message, "Allowed: a program on this machine.", exception);
        }
    }
}
