using Serverless.Core.Pricing;

namespace Serverless.Core.Planning;

/// <summary>What is assumed of interruptible pods when a plan is reckoned.</summary>
public sealed record SpotAssumptions
{
    /// <summary>How often pods are taken away.</summary>
    public required InterruptionRisk Risk { get; init; }

    /// <summary>How long it takes until there is another pod, which nobody bills. Default: 2 minutes.</summary>
    public TimeSpan Replacement { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What an hour sooner is worth, in dollars. Default: 0, so that cost alone decides what is best.</summary>
    public decimal HourWorth { get; init; }
}

/// <summary>
/// A plan on workers on demand, on interruptible pods, or on both: of each worker's work the last part, the tail, on demand. All
/// sums are expectations to the first order: what is lost is not interrupted again.
/// </summary>
public sealed class SpotPlan
{
    private readonly IReadOnlyList<TimeSpan> _work;
    private readonly WorkerAssumptions _assumed;
    private readonly SpotAssumptions _spot;
    private readonly WorkerPrice _price;

    /// <summary>Takes what the sums are made of.</summary>
    /// <param name="work">How long each worker is at work: <see cref="PlanOffer.WorkOf"/>.</param>
    /// <param name="assumed">What workers are like.</param>
    /// <param name="spot">What pods are like.</param>
    /// <param name="price">What both cost; with an interruptible price.</param>
    public SpotPlan(IReadOnlyList<TimeSpan> work, WorkerAssumptions assumed, SpotAssumptions spot, WorkerPrice price)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(assumed);
        ArgumentNullException.ThrowIfNull(spot);
        ArgumentNullException.ThrowIfNull(price);
        if (price.InterruptiblePerSecond is null) throw new ArgumentException("There is no interruptible price.", nameof(price));
        (_work, _assumed, _spot, _price) = (work, assumed, spot, price);
    }

    /// <summary>The splits that are worth comparing.</summary>
    public static IReadOnlyList<decimal> Tails { get; } = [0, 0.05m, 0.10m, 0.20m, 0.30m, 0.50m, 1];

    /// <summary>All on demand. The hour does not matter.</summary>
    public SpotOption OnDemand => At(0, 1);

    /// <summary>Started at an hour, with a tail on demand.</summary>
    /// <param name="startHour">0 to 23, UTC.</param>
    /// <param name="tail">The share on demand: 0 is all interruptible, 1 all on demand.</param>
    public SpotOption At(int startHour, decimal tail)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startHour);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(startHour, InterruptionRiskTable.Hours);
        ArgumentOutOfRangeException.ThrowIfNegative(tail);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tail, 1);
        var parts = _work.Select(work => Reckon(TimeSpan.FromHours(startHour), work, (double)tail)).ToList();
        var last = parts.MaxBy(part => part.Time);
        var spotSeconds = parts.Sum(part => part.SpotSeconds);
        var onDemandSeconds = parts.Sum(part => part.OnDemandSeconds);
        return new SpotOption
        {
            StartHour = startHour,
            Tail = tail,
            Spread = [.. Enumerable.Range(0, InterruptionRiskTable.Hours).Select(hour => parts.Sum(part => part.Spread[hour]))],
            Interruptions = parts.Sum(part => part.Interruptions),
            Lost = parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Lost),
            Time = last?.Time ?? TimeSpan.Zero,
            LastWork = last?.Work ?? TimeSpan.Zero,
            LastInterruptions = last?.Interruptions ?? 0,
            SpotSeconds = spotSeconds,
            OnDemandSeconds = onDemandSeconds,
            Cost = spotSeconds * _price.InterruptiblePerSecond!.Value + onDemandSeconds * _price.PerSecond,
        };
    }

    /// <summary>The same at each hour of the day.</summary>
    public IReadOnlyList<SpotOption> ByHour(decimal tail) =>
        [.. Enumerable.Range(0, InterruptionRiskTable.Hours).Select(hour => At(hour, tail))];

    /// <summary>The hour with the lowest cost, time's worth included. Of equals the first.</summary>
    public SpotOption BestHour(decimal tail) => ByHour(tail).MinBy(Total)!;

    /// <summary>The split with the lowest cost, time's worth included. Of equals the one with less on demand.</summary>
    public SpotOption BestSplit(int startHour) => Tails.Select(tail => At(startHour, tail)).MinBy(Total)!;

    /// <summary>Cost, and what its time is worth.</summary>
    public decimal Total(SpotOption option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return option.Cost + _spot.HourWorth * (decimal)option.Time.TotalHours;
    }

    private Part Reckon(TimeSpan startsAt, TimeSpan work, double tail)
    {
        var onDemand = work * tail;
        var bulk = work - onDemand;
        var part = new Part { Work = work, Spread = InterruptionRisk.Spread(startsAt + _assumed.ColdStart, bulk) };
        if (tail < 1)
        {
            var interruptions = _spot.Risk.Expected(part.Spread);
            var lost = _assumed.LostEach * interruptions;
            part = part with
            {
                Interruptions = interruptions,
                Lost = lost,
                Time = _assumed.ColdStart + bulk + lost + _spot.Replacement * interruptions,
                SpotSeconds = PlanOffer.Billed(bulk + lost, _assumed),
            };
        }

        return tail == 0 ? part : part with
        {
            Time = part.Time + _assumed.ColdStart + onDemand,
            OnDemandSeconds = PlanOffer.Billed(onDemand, _assumed),
        };
    }

    /// <summary>One worker's.</summary>
    private sealed record Part
    {
        public required TimeSpan Work { get; init; }

        public required double[] Spread { get; init; }

        public double Interruptions { get; init; }

        public TimeSpan Lost { get; init; }

        public TimeSpan Time { get; init; }

        public long SpotSeconds { get; init; }

        public long OnDemandSeconds { get; init; }
    }
}

/// <summary>What to expect of a plan that starts at an hour, with a tail on demand.</summary>
public sealed record SpotOption
{
    /// <summary>When it starts, 0 to 23, UTC.</summary>
    public required int StartHour { get; init; }

    /// <summary>The share on demand.</summary>
    public required decimal Tail { get; init; }

    /// <summary>Hours of interruptible work in each hour of the day, of all workers.</summary>
    public required IReadOnlyList<double> Spread { get; init; }

    /// <summary>Interruptions to expect, of all workers.</summary>
    public required double Interruptions { get; init; }

    /// <summary>Work and starts to expect to be lost, of all workers.</summary>
    public required TimeSpan Lost { get; init; }

    /// <summary>From the start to the last result.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>How long the worker is at work that ends last.</summary>
    public required TimeSpan LastWork { get; init; }

    /// <summary>Interruptions to expect of that one.</summary>
    public required double LastInterruptions { get; init; }

    /// <summary>Whole seconds of pods that are billed.</summary>
    public required long SpotSeconds { get; init; }

    /// <summary>Whole seconds of workers on demand that are billed.</summary>
    public required long OnDemandSeconds { get; init; }

    /// <summary>Dollars.</summary>
    public required decimal Cost { get; init; }
}
