using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Lists the runs.</summary>
internal sealed class RunsCommand(CommandContext context)
{
    public async Task<int> RunAsync(SettingSource commandLine, CancellationToken cancellationToken)
    {
        await using var fanOut = await context.OpenAsync(commandLine, StateAccess.Read, cancellationToken);
        var runs = await fanOut.ListAsync(cancellationToken);
        RunList.Write(context.Terminal.Output, runs, context.Clock.GetUtcNow());
        return ExitCode.Success;
    }
}
