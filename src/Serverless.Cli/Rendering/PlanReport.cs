using System.Globalization;
using Serverless.Cli.Head;
using Serverless.Core;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>A plan: its chunks, and what to expect of it if every flashpoint takes equally long.</summary>
internal static class PlanReport
{
    /// <summary>More chunks than this are not listed one by one.</summary>
    public const int MaxRows = 50;

    public static void Write(IAnsiConsole console, PlanView plan, int workers, TimeSpan? perFlashpoint)
    {
        var table = Tables
            .Create("Chunk", "Flashpoints", "Positions", "Body", "Expected")
            .RightAligned(0, 1, 3, 4);
        foreach (var chunk in plan.Chunks.Take(MaxRows))
        {
            table.Add(
                $"{chunk.Index}", $"{chunk.FlashpointCount}",
                chunk.IsContiguous ? $"[{chunk.First}:{chunk.End}]" : $"among [{chunk.First}:{chunk.End}]",
                Printable.Bytes(chunk.Bytes), Printable.Time(perFlashpoint * chunk.FlashpointCount));
        }

        if (plan.Chunks.Count > 0) console.Write(table);
        if (plan.Chunks.Count > MaxRows) console.Line($"… and {plan.Chunks.Count - MaxRows} more chunks.");
        console.Line(
            $"{Printable.Count(plan.FlashpointCount, "flashpoint")} in {Printable.Count(plan.Chunks.Count, "chunk")} "
            + $"over {Printable.Count(workers, "worker")}.");
        foreach (var flashpoint in plan.TooBig.Take(MaxRows))
        {
            var id = Printable.OneLine(flashpoint, Printable.CellLength);
            console.Line($"Too big for a request, so null unless RESULT_STORE is an s3:// one: {id}");
        }

        foreach (var chunk in plan.Chunks.Where(chunk => chunk.Bytes > Limits.MaxChunkBytes).Take(MaxRows))
            console.Line($"Too big for a request, so handed over by reference: chunk {chunk.Index}");

        WriteExpectation(console, plan, workers, perFlashpoint);
    }

    /// <summary>How long the plan takes in units of one flashpoint: a free worker takes the next chunk.</summary>
    public static long Makespan(IReadOnlyList<PlanChunk> chunks, int workers)
    {
        var busyUntil = new PriorityQueue<long, long>();
        for (var worker = 0; worker < workers; worker++) busyUntil.Enqueue(0, 0);
        var end = 0L;
        foreach (var chunk in chunks)
        {
            var finished = busyUntil.Dequeue() + chunk.FlashpointCount;
            busyUntil.Enqueue(finished, finished);
            end = Math.Max(end, finished);
        }

        return end;
    }

    private static void WriteExpectation(IAnsiConsole console, PlanView plan, int workers, TimeSpan? perFlashpoint)
    {
        var makespan = Makespan(plan.Chunks, workers);
        if (makespan == 0) return;
        var total = plan.Chunks.Sum(chunk => (long)chunk.FlashpointCount);
        var time = perFlashpoint is { } one
            ? $"Expected time: {Printable.Time(one * makespan)} instead of {Printable.Time(one * total)}. "
            : "";
        console.Line(time + string.Create(
            CultureInfo.InvariantCulture,
            $"Expected speed-up: {(double)total / makespan:0.0}x, without queue and cold start."));
    }
}
