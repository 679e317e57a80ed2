using Serverless.Core.Runs;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>Open jobs, a row each.</summary>
internal static class JobList
{
    public static void Write(IAnsiConsole console, IReadOnlyList<OpenJob> jobs, DateTimeOffset now)
    {
        if (jobs.Count == 0)
        {
            console.Line("No open jobs: every job that was submitted has been seen to end.");
            return;
        }

        var table = Tables
            .Create("Run", "Chunk", "Attempt", "Job", "Submitted (UTC)", "Age", "State", "Why it is open")
            .RightAligned(1, 2, 5)
            .WrappingLast();
        foreach (var job in jobs)
        {
            table.Add(
                job.RunId, $"{job.Chunk}", $"{job.Attempt}", Printable.OneLine(job.JobId, Printable.CellLength),
                $"{job.SubmittedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}", Printable.Time(now - job.SubmittedAt),
                Printable.Word(job.State), Why(job));
        }

        console.Write(table);
    }

    private static string Why(OpenJob job)
    {
        var reason = job.Reason switch
        {
            OpenJobReason.Watched => "its run has not ended",
            OpenJobReason.Orphaned => "its chunk broke: nobody watches it",
            _ => "cancelled, not confirmed",
        };
        return job.Detail is { } detail ? $"{reason} ({Printable.OneLine(detail, Printable.CellLength)})" : reason;
    }
}
