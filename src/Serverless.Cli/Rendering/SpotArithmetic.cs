using System.Globalization;
using Serverless.Core.Planning;
using Serverless.Core.Pricing;

namespace Serverless.Cli.Rendering;

/// <summary>How a spot plan is reckoned, so that a person can follow it with a pocket calculator.</summary>
internal static class SpotArithmetic
{
    public static IEnumerable<string> Lines(SpotView view, SpotOption option)
    {
        var assumed = view.Assumed;
        var work = assumed.PerFlashpoint * view.Flashpoints;
        var bulk = work * (double)(1 - option.Tail);
        yield return "";
        yield return $"How {SpotReport.Percent(option.Tail)} on demand from {SpotReport.Hour(option.StartHour)} is reckoned:";
        yield return $"  work           {Number(view.Flashpoints)} x {S(assumed.PerFlashpoint)} = {S(work)} on "
            + $"{Printable.Count(view.Workers, "worker")}, {S(option.LastWork)} on the one that ends last";
        if (option.Tail < 1)
        {
            yield return $"  on pods        {SpotReport.Percent(1 - option.Tail)} of {S(work)} = {S(bulk)}";
            foreach (var band in Bands(view, option)) yield return band;
            yield return $"  interruptions  {Number(option.Interruptions)} in all";
            yield return $"  lost           {S(assumed.ColdStart)} start + {S(assumed.CheckpointInterval ?? assumed.PerFlashpoint)} / 2 = "
                + $"{S(assumed.LostEach)} each, {Number(option.Interruptions)} x {S(assumed.LostEach)} = {S(option.Lost)}";
        }

        foreach (var line in Costs(view, option, bulk, work - bulk)) yield return line;
        yield return Time(view, option);
        if (view.Spot.Risk.Observed is { } seen)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  Seen here since {seen.Since:yyyy-MM-dd}: {Number(seen.PodHours)} h of pods, {seen.Interruptions} taken away.");
        }

        yield return "  A start is billed, and so is idling; waiting for another pod is not. Risks are expectations, not promises.";
    }

    private static IEnumerable<string> Bands(SpotView view, SpotOption option)
    {
        for (var hour = 0; hour < option.Spread.Count;)
        {
            var (first, risk) = (hour, view.Spot.Risk[hour]);
            var hours = 0.0;
            while (hour < option.Spread.Count && view.Spot.Risk[hour] is var next && next.Band == risk.Band && next.PerHour == risk.PerHour)
                hours += option.Spread[hour++];
            if (hours > 0)
            {
                yield return $"  {SpotReport.Hour(first)} to {SpotReport.Hour(hour)} {Number(hours)} h x {Risk(risk)} = "
                    + Number(hours * risk.PerHour);
            }
        }
    }

    private static string Risk(HourRisk risk)
    {
        if (risk.Observed is not { } seen)
            return $"{Share(risk.PerHour)} (middle of {Share(risk.Band.Low)} to {Share(risk.Band.High)})";
        var weight = Number(InterruptionRisk.TableWeightHours);
        return $"{Share(risk.PerHour)} (({weight} h x {Share(risk.Band.Middle)} + {seen.Interruptions} seen) / "
            + $"({weight} h + {Number(seen.PodHours)} h seen))";
    }

    private static IEnumerable<string> Costs(SpotView view, SpotOption option, TimeSpan bulk, TimeSpan tail)
    {
        var price = view.Price;
        var fixedTime = $"{view.Workers} x ({S(view.Assumed.ColdStart)} start + {S(view.Assumed.Idle)} idle)";
        var spotCost = option.SpotSeconds * price.InterruptiblePerSecond!.Value;
        var onDemandCost = option.OnDemandSeconds * price.PerSecond;
        if (option.Tail < 1)
        {
            yield return $"  pods           {fixedTime} + {S(bulk)} + {S(option.Lost)} lost, each worker's seconds rounded up: "
                + $"{Number(option.SpotSeconds)} s x {Dollars.Show(price.InterruptiblePerSecond.Value)} = {Dollars.Show(spotCost)}";
        }

        if (option.Tail > 0)
        {
            yield return $"  on demand      {fixedTime} + {S(tail)}, each worker's seconds rounded up: "
                + $"{Number(option.OnDemandSeconds)} s x {Dollars.Show(price.PerSecond)} = {Dollars.Show(onDemandCost)}";
        }

        if (option.Tail is > 0 and < 1)
            yield return $"  cost           {Dollars.Show(spotCost)} + {Dollars.Show(onDemandCost)} = {Dollars.Show(option.Cost)}";
    }

    private static string Time(SpotView view, SpotOption option)
    {
        var assumed = view.Assumed;
        var each = $"({S(assumed.LostEach)} + {S(view.Spot.Replacement)} for another pod)";
        var parts = new List<string>();
        if (option.Tail < 1)
        {
            parts.Add($"{S(assumed.ColdStart)} start + {S(option.LastWork * (double)(1 - option.Tail))}");
            parts.Add($"{Number(option.LastInterruptions)} x {each}");
        }

        if (option.Tail > 0) parts.Add($"{S(assumed.ColdStart)} start + {S(option.LastWork * (double)option.Tail)}");
        return $"  time           {string.Join(" + ", parts)} = {S(option.Time)} = {Printable.Time(option.Time)}";
    }

    private static string S(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:#,##0.##} s");

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");

    private static string Number(double number) => number.ToString("#,##0.####", CultureInfo.InvariantCulture);
}
