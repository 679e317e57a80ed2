using Serverless.Cli.Head;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>Runs, a row each.</summary>
internal static class RunList
{
    public static void Write(IAnsiConsole console, IReadOnlyList<RunView> runs, DateTimeOffset now)
    {
        if (runs.Count == 0)
        {
            console.Line("No runs.");
            return;
        }

        var table = Tables
            .Create("Run", "Date", "State", "Flashpoints", "Null", "Chunks", "Workers", "Started (UTC)", "Duration")
            .RightAligned(3, 4, 5, 6, 8);
        foreach (var run in runs)
        {
            table.Add(
                run.Run, $"{run.Date:yyyy-MM-dd}", Printable.Word(run.State), $"{run.DoneCount}/{run.FlashpointCount}",
                run.HasEnded ? $"{run.MissingCount}" : "–", $"{run.ChunkCount}", $"{run.Workers}",
                $"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}", Printable.Time(run.Elapsed(now)));
        }

        console.Write(table);
    }
}
