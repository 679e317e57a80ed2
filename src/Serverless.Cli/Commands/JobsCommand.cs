using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout jobs</c> was asked.</summary>
/// <param name="Run">Only the jobs of this run; null: of all.</param>
/// <param name="Cancel">Whether to cancel them.</param>
/// <param name="CommandLine">Settings given as options.</param>
internal sealed record JobsOptions(string? Run, bool Cancel, SettingSource CommandLine);

/// <summary>Lists the jobs that were submitted and have not been seen to end, or cancels those that nobody watches.</summary>
internal sealed class JobsCommand(CommandContext context)
{
    public async Task<int> RunAsync(JobsOptions options, CancellationToken cancellationToken)
    {
        var access = options.Cancel ? StateAccess.Run : StateAccess.Read;
        await using var fanOut = await context.OpenAsync(options.CommandLine, access, cancellationToken);
        var open = await fanOut.ListJobsAsync(options.Run, cancellationToken);
        if (!options.Cancel || open.Count == 0)
        {
            JobList.Write(context.Terminal.Output, open, context.Clock.GetUtcNow());
            return ExitCode.Success;
        }

        var left = await fanOut.CancelJobsAsync(options.Run, cancellationToken);
        context.Terminal.Output.Line($"Confirmed as over: {open.Count - left.Count} of {Printable.Count(open.Count, "job")}.");
        if (left.Count == 0) return ExitCode.Success;
        JobList.Write(context.Terminal.Output, left, context.Clock.GetUtcNow());
        context.Terminal.Output.Line(
            "Jobs that are watched belong to runs that have not ended: fanout cancel RUN. The others are tried again by "
            + "fanout serve, or by this command.");
        return ExitCode.Failed;
    }
}
