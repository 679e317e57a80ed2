namespace Serverless.Core.Pricing;

/// <summary>
/// What a job costs, reckoned as RunPod bills workers: from their start to their full stop, each begun second whole. A job says
/// how long it waited and how long a worker held it, so what is reckoned is this: the wait, as far as it may be a worker's
/// start, and the time held. A wait over <see cref="LongestStart"/> is waiting for a free worker, which nobody bills. What a
/// worker idles after its last job belongs to no job and is not in here.
/// </summary>
public static class Billing
{
    /// <summary>The longest start of a container that was seen takes some 46 s, loading a model included.</summary>
    public static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    /// <summary>Decimal places of a share of a cost: a millionth of a dollar.</summary>
    private const int Places = 6;

    private const int MillisecondPlaces = 3;

    /// <summary>The whole seconds that are billed for a job.</summary>
    /// <param name="delaySec">How long it waited; null: not known.</param>
    /// <param name="executionSec">How long a worker held it; null: none did.</param>
    public static decimal SecondsOf(double? delaySec, double? executionSec)
    {
        if (executionSec is not > 0) return 0;
        var start = Math.Min(Exact(delaySec ?? 0), (decimal)LongestStart.TotalSeconds);
        return Math.Ceiling(start + Exact(executionSec.Value));
    }

    /// <summary>What a job costs, in dollars.</summary>
    public static decimal CostOf(double? delaySec, double? executionSec, decimal pricePerSecond) =>
        SecondsOf(delaySec, executionSec) * pricePerSecond;

    /// <summary>The part of a cost that bought nothing.</summary>
    /// <param name="cost">All of it.</param>
    /// <param name="given">Flashpoints that the job was given.</param>
    /// <param name="answered">Those of them that it was the one to answer.</param>
    public static decimal WasteOf(decimal cost, int given, int answered)
    {
        if (given <= 0) return cost;
        return Math.Round(cost * (given - Math.Clamp(answered, 0, given)) / given, Places, MidpointRounding.ToZero);
    }

    /// <summary>Platforms say milliseconds; what a double makes of them must not begin another second.</summary>
    private static decimal Exact(double seconds) =>
        Math.Round((decimal)Math.Clamp(seconds, 0, TimeSpan.FromDays(365).TotalSeconds), MillisecondPlaces);
}
