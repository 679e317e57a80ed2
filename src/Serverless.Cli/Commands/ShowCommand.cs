using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;

namespace Serverless.Cli.Commands;

/// <summary>Shows one run with its chunks.</summary>
internal sealed class ShowCommand(CommandContext context)
{
    public async Task<int> RunAsync(OneRunOptions options, CancellationToken cancellationToken)
    {
        await using var fanOut = await context.OpenAsync(options.CommandLine, StateAccess.Read, cancellationToken);
        var run = await fanOut.ShowAsync(options.Run, cancellationToken);
        RunReport.Write(context.Terminal.Output, run, context.Clock.GetUtcNow());
        if (run.ResultsLocation is { } location) context.Terminal.Output.Line($"Results: {location}");
        return ExitCode.Success;
    }
}
