using System.Globalization;
using Serverless.Cli.Commands;
using Serverless.Core.Planning;
using Serverless.Core.Pricing;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>A spot plan, and all that is shown with it.</summary>
internal sealed record SpotView
{
    public required SpotPlan Plan { get; init; }

    /// <summary>Workers that get a chunk.</summary>
    public required int Workers { get; init; }

    public required int Flashpoints { get; init; }

    public required WorkerAssumptions Assumed { get; init; }

    public required SpotAssumptions Spot { get; init; }

    /// <summary>With an interruptible price.</summary>
    public required WorkerPrice Price { get; init; }

    public required SpotRequest Request { get; init; }

    /// <summary>When it starts: as was asked, or at the best hour.</summary>
    public int StartHour => Request.StartHour ?? Plan.BestHour(Request.Tail).StartHour;
}

/// <summary>On demand, interruptible, or both: what each costs and takes, when to start, and how to split.</summary>
internal static class SpotReport
{
    public static void Write(IAnsiConsole console, SpotView view)
    {
        if (view.Workers == 0) return;
        var hour = view.StartHour;
        WriteOptions(console, view, hour);
        WriteHours(console, view);
        WriteSplits(console, view, hour);
        foreach (var line in SpotArithmetic.Lines(view, view.Plan.At(hour, view.Request.Tail))) console.Line(line);
    }

    public static string Percent(decimal share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");

    public static string Hour(int hour) => string.Create(CultureInfo.InvariantCulture, $"{hour % 24:00}:00");

    private static void WriteOptions(IAnsiConsole console, SpotView view, int hour)
    {
        var onDemand = view.Plan.OnDemand;
        var table = Tables
            .Create("Plan", "Starts (UTC)", "On demand", "Interruptions", "Lost", "Time", "Cost", "Saves")
            .RightAligned(2, 3, 4, 5, 6, 7);
        Add(table, "On demand", "any time", onDemand, onDemand);
        Add(table, "Interruptible", Hour(hour), view.Plan.At(hour, 0), onDemand);
        if (view.Request.Tail is > 0 and < 1) Add(table, "Hybrid", Hour(hour), view.Plan.At(hour, view.Request.Tail), onDemand);
        console.Write(table);
    }

    private static void Add(Table table, string plan, string starts, SpotOption option, SpotOption onDemand) => table.Add(
        plan, starts, Percent(option.Tail), Interruptions(option), Printable.Time(option.Lost), Printable.Time(option.Time),
        Dollars.Show(option.Cost), option == onDemand ? "" : Saves(option, onDemand));

    private static string Saves(SpotOption option, SpotOption onDemand) => onDemand.Cost == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{(1 - option.Cost / onDemand.Cost) * 100:0} %");

    private static string Interruptions(SpotOption option) =>
        option.Interruptions.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Hours that come to the same are one row.</summary>
    private static void WriteHours(IAnsiConsole console, SpotView view)
    {
        var table = Tables.Create("Start (UTC)", "Interruptions", "Time", "Cost").RightAligned(1, 2, 3);
        var hours = view.Plan.ByHour(view.Request.Tail);
        for (var first = 0; first < hours.Count;)
        {
            var end = first + 1;
            while (end < hours.Count && Cells(hours[end]).SequenceEqual(Cells(hours[first]))) end++;
            table.Add([end == first + 1 ? Hour(first) : $"{Hour(first)} to {Hour(end - 1)}", .. Cells(hours[first])]);
            first = end;
        }

        console.Write(table);
        var best = view.Plan.BestHour(view.Request.Tail);
        console.Line($"Best start: {Hour(best.StartHour)} UTC, {Dollars.Show(best.Cost)}{Worth(view)}.");

        static string[] Cells(SpotOption option) => [Interruptions(option), Printable.Time(option.Time), Dollars.Show(option.Cost)];
    }

    private static void WriteSplits(IAnsiConsole console, SpotView view, int hour)
    {
        var table = Tables.Create("On demand", "Interruptions", "Time", "Cost").RightAligned(0, 1, 2, 3);
        foreach (var tail in SpotPlan.Tails.Append(view.Request.Tail).Distinct().Order())
        {
            var option = view.Plan.At(hour, tail);
            table.Add(Percent(tail), Interruptions(option), Printable.Time(option.Time), Dollars.Show(option.Cost));
        }

        console.Write(table);
        var best = view.Plan.BestSplit(hour);
        console.Line($"Best split from {Hour(hour)}: {Percent(best.Tail)} on demand, {Dollars.Show(best.Cost)}{Worth(view)}.");
    }

    private static string Worth(SpotView view) =>
        view.Spot.HourWorth == 0 ? "" : $", an hour sooner being worth {Dollars.Show(view.Spot.HourWorth)}";
}
