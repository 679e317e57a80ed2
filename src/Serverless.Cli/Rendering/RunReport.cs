using System.Globalization;
using Serverless.Cli.Head;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>What is said of a run: in one line each what came out, how fast, and where it is.</summary>
internal static class RunReport
{
    public static void Write(IAnsiConsole console, RunView run, DateTimeOffset now)
    {
        ChunkTable.Write(console, run);
        console.Line(Outcome(run, now));
        if (run.StoppedBecause is { } reason) console.Line($"{char.ToUpperInvariant(reason[0])}{reason[1..]}.");
        if (Cost(run) is { } cost) console.Line(cost);
        if (run.Error is { } error) console.Line($"Error: {Printable.OneLine(error, Printable.LogLength)}");
        if (SpeedUp(run, now) is { } speedUp) console.Line(speedUp);
    }

    /// <summary>Such as <c>Run etl-1 (2025-01-01) completed: 12 of 12 flashpoints in 40.2 s.</c></summary>
    public static string Outcome(RunView run, DateTimeOffset now)
    {
        var verb = run.HasEnded ? Printable.Word(run.State) : $"is {Printable.Word(run.State)}";
        return $"Run {run.Run} ({run.Date:yyyy-MM-dd}) {verb}: {run.DoneCount} of "
            + $"{Printable.Count(run.FlashpointCount, "flashpoint")} in {Printable.Time(run.Elapsed(now))}.";
    }

    /// <summary>What it cost, and what of that bought nothing; null when that is not known.</summary>
    public static string? Cost(RunView run)
    {
        if (run.Cost is not { } cost) return null;
        var wasted = run.WastedCost is > 0 and var lost ? $", {Printable.Money(lost)} of it for attempts that came to nothing" : "";
        return $"Cost{(run.HasEnded ? "" : " so far")}: {Printable.Money(cost)}{(run.Gpu is { } gpu ? $" on {gpu}" : "")}{wasted}.";
    }

    /// <summary>The time that workers spent, all together, against the time that passed.</summary>
    public static string? SpeedUp(RunView run, DateTimeOffset now)
    {
        var executed = TimeSpan.FromTicks(run.Chunks.Sum(chunk => chunk.ExecutionTime?.Ticks ?? 0));
        var passed = run.Elapsed(now);
        if (executed <= TimeSpan.Zero || passed <= TimeSpan.Zero) return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Speed-up against sequential: {executed / passed:0.0}x "
            + $"({Printable.Time(executed)} of execution in {Printable.Time(passed)}).");
    }
}
