using System.Globalization;
using Serverless.Core.Planning;
using Serverless.Core.Pricing;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>What to expect of a plan with more workers or fewer, so that a person can choose.</summary>
internal static class OfferTable
{
    public static void Write(
        IAnsiConsole console, IReadOnlyList<PlanOffer> offers, WorkerAssumptions? assumed, WorkerPrice? price)
    {
        if (assumed is null || offers.Count == 0 || offers[0].Chunks == 0) return;
        var interruptible = price?.InterruptiblePerSecond;
        string[] columns = ["Workers", "Chunks", "Time", "Speed-up", .. Columns(price, interruptible)];
        var table = Tables.Create(columns).RightAligned([.. Enumerable.Range(0, columns.Length)]);
        foreach (var offer in offers) table.Add([.. Cells(offer, offers[0], price, interruptible)]);
        console.Write(table);
        console.Line(Assumptions(assumed, price, interruptible));
    }

    private static IEnumerable<string> Columns(WorkerPrice? price, decimal? interruptible)
    {
        if (price is not null) yield return "On demand";
        if (interruptible is null) yield break;
        yield return "Interruptible time";
        yield return "Interruptible";
    }

    private static IEnumerable<string> Cells(PlanOffer offer, PlanOffer one, WorkerPrice? price, decimal? interruptible)
    {
        yield return $"{offer.Workers}";
        yield return $"{offer.Chunks}";
        yield return Printable.Time(offer.Time);
        yield return string.Create(
            CultureInfo.InvariantCulture, $"{(offer.Time > TimeSpan.Zero ? one.Time / offer.Time : 1):0.0}x");
        if (price is not null) yield return Dollars.Show(offer.BilledSeconds * price.PerSecond);
        if (interruptible is not { } perSecond) yield break;
        yield return Printable.Time(offer.InterruptibleTime);
        yield return Dollars.Show(offer.InterruptibleBilledSeconds * perSecond);
    }

    private static string Assumptions(WorkerAssumptions assumed, WorkerPrice? price, decimal? interruptible)
    {
        var text = $"Assumed: {Printable.Time(assumed.ColdStart)} to start each worker and {Printable.Time(assumed.Idle)} idle after "
            + "its last job, both billed";
        if (price is null) return text + ". With --gpu NAME there is a cost, too.";
        text += $"; {price.Gpu ?? "a worker"} at {Dollars.Show(price.PerSecond)} a second";
        return interruptible is not { } perSecond
            ? text + "; no interruptible price is known (--interruptible-price)."
            : text + string.Create(
                CultureInfo.InvariantCulture,
                $", interruptible at {Dollars.Show(perSecond)} and taken away {assumed.InterruptionsPerHour:0.##} times an hour.");
    }
}
