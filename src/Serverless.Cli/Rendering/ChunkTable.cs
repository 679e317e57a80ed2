using Serverless.Cli.Head;
using Serverless.Core.Runs;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>The chunks of a run: each of them, or of many the failed ones and a count of the rest.</summary>
internal static class ChunkTable
{
    /// <summary>More chunks than this are summed up.</summary>
    public const int MaxRows = 50;

    private static readonly string[] NoColumn = [];

    public static void Write(IAnsiConsole console, RunView run)
    {
        if (run.Chunks.Count <= MaxRows)
        {
            WriteChunks(console, run, run.Chunks);
            return;
        }

        WriteStates(console, run.Chunks);
        IReadOnlyList<ChunkView> failed = [.. run.Chunks.Where(chunk => chunk.State == ChunkPhase.Failed)];
        WriteChunks(console, run, [.. failed.Take(MaxRows)]);
        if (failed.Count > MaxRows) console.Line($"… and {failed.Count - MaxRows} more failed chunks.");
    }

    private static void WriteChunks(IAnsiConsole console, RunView run, IReadOnlyList<ChunkView> chunks)
    {
        if (chunks.Count == 0) return;
        var isPriced = chunks.Any(chunk => chunk.Cost is not null);
        var table = Tables
            .Create(
            [
                "Worker", "Chunk", "Flashpoints", "Attempts", "Queue", "Execution", .. isPriced ? ["Cost"] : NoColumn, "State", "Error",
            ])
            .RightAligned([0, 1, 2, 3, 4, 5, .. isPriced ? [6] : Array.Empty<int>()])
            .WrappingLast();
        foreach (var chunk in chunks)
        {
            table.Add(
            [
                chunk.Worker is { } worker ? $"{worker}" : "–", $"{chunk.Index}",
                $"{chunk.DoneCount}/{chunk.FlashpointCount}", $"{chunk.Attempts}", Printable.Time(chunk.QueueTime),
                Printable.Time(chunk.ExecutionTime), .. isPriced ? [Printable.Money(chunk.Cost)] : NoColumn,
                State(run, chunk), Printable.OneLine(chunk.Error ?? "", Printable.CellLength),
            ]);
        }

        console.Write(table);
    }

    /// <summary>Nothing waits in a run that has ended.</summary>
    private static string State(RunView run, ChunkView chunk) =>
        run.HasEnded && chunk.State == ChunkPhase.Waiting ? "not run" : Printable.Word(chunk.State);

    private static void WriteStates(IAnsiConsole console, IReadOnlyList<ChunkView> chunks)
    {
        var table = Tables.Create("State", "Chunks", "Flashpoints", "Attempts").RightAligned(1, 2, 3);
        foreach (var state in chunks.GroupBy(chunk => chunk.State).OrderBy(group => group.Key))
        {
            table.Add(
                Printable.Word(state.Key), $"{state.Count()}",
                $"{state.Sum(chunk => chunk.DoneCount)}/{state.Sum(chunk => chunk.FlashpointCount)}",
                $"{state.Sum(chunk => chunk.Attempts)}");
        }

        console.Write(table);
    }
}
