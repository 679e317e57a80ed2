using System.Globalization;
using Serverless.Agent.Notices;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Shows what the provider says of this machine, until Ctrl-C, which is how it is meant to end.</summary>
internal sealed class SpotMonitorCommand(CommandContext context)
{
    public async Task<int> RunAsync(SpotProvider provider, Uri? metadata, CancellationToken cancellationToken)
    {
        context.LoadSettings(SettingSource.From("command line", []));
        try
        {
            var found = await SpotMonitor.RunAsync(provider, metadata, context.AgentParts(), Watching, Show, cancellationToken);
            if (found is SpotProvider.Aws or SpotProvider.Google or SpotProvider.Azure) return ExitCode.Success;
            throw CommandFailedException.Failed(
                found == SpotProvider.RunPod
                    ? "RunPod gives no notice that could be shown: it sends SIGTERM, and SIGKILL five seconds later"
                    : "this is no machine of AWS, Google, Azure or RunPod that answers",
                "--provider NAME says whose it is.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private void Watching(string provider) => context.Log.Say($"Watching {provider} for notices of interruption. Ctrl-C ends it.");

    private void Show(SpotNotice notice)
    {
        var now = context.Clock.GetUtcNow();
        var left = notice.Deadline is { } deadline
            ? string.Create(CultureInfo.InvariantCulture, $"  {Math.Max(0, (deadline - now).TotalSeconds):0} s left")
            : "";
        var time = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        context.Terminal.Output.Line($"{time}  {notice.Kind}  {notice.Text}{left}");
    }
}
