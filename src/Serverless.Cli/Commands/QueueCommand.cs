using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Shows the queue of pods, also while a host runs it.</summary>
internal sealed class QueueCommand(CommandContext context)
{
    public async Task<int> RunAsync(SettingSource commandLine, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(commandLine);
        PodList.Write(context.Terminal.Output, await context.Head.LookAtQueueAsync(settings, cancellationToken));
        return ExitCode.Success;
    }
}
