using Serverless.Cli.Head;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Cli.Rendering;

/// <summary>A run under way, drawn: a row per worker and the total; of many workers, counts of states only.</summary>
internal static class RunProgress
{
    /// <summary>More rows than this tell nobody anything.</summary>
    public const int MaxWorkerRows = 20;

    private const int BarWidth = 20;

    /// <param name="run">The run.</param>
    /// <param name="now">The time until which things have lasted.</param>
    /// <param name="rows">Rows the screen has room for.</param>
    /// <param name="unicode">Whether the bar may be drawn with other characters than ASCII.</param>
    public static IRenderable Draw(RunView run, DateTimeOffset now, int rows, bool unicode)
    {
        var table = Tables.Create("Worker", "State", "Progress", "Flashpoints", "Elapsed", "ETA").RightAligned(3, 4, 5);
        if (run.Workers <= Math.Min(MaxWorkerRows, rows))
        {
            foreach (var chunk in CurrentChunks(run)) AddWorker(table, chunk, now, unicode);
        }
        else
        {
            foreach (var states in run.Chunks.GroupBy(chunk => chunk.State).OrderBy(group => group.Key))
                table.Add("", Printable.Word(states.Key), Printable.Count(states.Count(), "chunk"), "", "", "");
        }

        table.Add(
            "Total", Printable.Word(run.State), Bar(run.DoneCount, run.FlashpointCount, unicode),
            $"{run.DoneCount}/{run.FlashpointCount}", Printable.Time(run.Elapsed(now)),
            Printable.Time(Remaining(run, now)));
        return table;
    }

    /// <summary>As long again for each flashpoint as so far; unknown before the first.</summary>
    public static TimeSpan? Remaining(RunView run, DateTimeOffset now) =>
        run.DoneCount == 0 ? null : run.Elapsed(now) / run.DoneCount * run.MissingCount;

    /// <summary>The chunk that each worker holds, or held last.</summary>
    private static IEnumerable<ChunkView> CurrentChunks(RunView run) => run.Chunks
        .Where(chunk => chunk.Worker is not null)
        .GroupBy(chunk => chunk.Worker)
        .OrderBy(worker => worker.Key)
        .Select(worker => worker.MaxBy(chunk => (chunk.IsActive, chunk.StartedAt, chunk.Index))!);

    private static void AddWorker(Table table, ChunkView chunk, DateTimeOffset now, bool unicode)
    {
        var elapsed = chunk.StartedAt is { } started ? (chunk.EndedAt ?? now) - started : (TimeSpan?)null;
        table.Add(
            $"{chunk.Worker}", Printable.Word(chunk.State), Bar(chunk.DoneCount, chunk.FlashpointCount, unicode),
            $"{chunk.DoneCount}/{chunk.FlashpointCount}", Printable.Time(elapsed), "");
    }

    private static string Bar(int done, int total, bool unicode)
    {
        var filled = total == 0 ? BarWidth : (int)((long)done * BarWidth / total);
        return new string(unicode ? '█' : '#', filled) + new string(unicode ? '░' : '.', BarWidth - filled);
    }
}
