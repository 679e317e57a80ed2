namespace Serverless.Core.Planning;

/// <summary>The risk of each hour of the day: the table's, and what was observed in its place the more of it there is.</summary>
public sealed class InterruptionRisk
{
    /// <summary>What the table says counts as much as so many hours of a pod that were observed.</summary>
    public const double TableWeightHours = 20;

    private readonly HourRisk[] _hours;

    private InterruptionRisk(HourRisk[] hours, ObservedInterruptions? observed) => (_hours, Observed) = (hours, observed);

    /// <summary>What was observed; null: nothing.</summary>
    public ObservedInterruptions? Observed { get; }

    /// <summary>The risk by table and record.</summary>
    /// <param name="table">What is assumed.</param>
    /// <param name="observed">What was observed; null: nothing.</param>
    public static InterruptionRisk Of(InterruptionRiskTable table, ObservedInterruptions? observed)
    {
        ArgumentNullException.ThrowIfNull(table);
        var seen = observed?.Hours.ToDictionary(hour => hour.Hour);
        return new InterruptionRisk(
            [.. Enumerable.Range(0, InterruptionRiskTable.Hours).Select(hour =>
                new HourRisk(hour, table.BandOf(hour), seen?.GetValueOrDefault(hour)))],
            observed);
    }

    /// <summary>The risk of an hour, 0 to 23.</summary>
    public HourRisk this[int hour] => _hours[hour];

    /// <summary>How long work lies within each hour of the day.</summary>
    /// <param name="startsAt">When it begins, from midnight UTC.</param>
    /// <param name="work">How long it goes on.</param>
    /// <returns>24 numbers of hours.</returns>
    public static double[] Spread(TimeSpan startsAt, TimeSpan work)
    {
        var days = Math.Floor(work.TotalDays);
        var spread = Enumerable.Repeat(days, InterruptionRiskTable.Hours).ToArray();
        var at = startsAt.TotalHours;
        var end = at + work.TotalHours - days * InterruptionRiskTable.Hours;
        while (at < end)
        {
            var next = Math.Min(end, Math.Floor(at) + 1);
            spread[(int)Math.Floor(at) % InterruptionRiskTable.Hours] += next - at;
            at = next;
        }

        return spread;
    }

    /// <summary>How many interruptions to expect in work that is spread so.</summary>
    public double Expected(IReadOnlyList<double> spread)
    {
        ArgumentNullException.ThrowIfNull(spread);
        return _hours.Sum(hour => spread[hour.Hour] * hour.PerHour);
    }
}

/// <summary>The risk of one hour of the day.</summary>
/// <param name="Hour">The hour, 0 to 23, UTC.</param>
/// <param name="Band">What the table says.</param>
/// <param name="Observed">What was observed; null: nothing.</param>
public sealed record HourRisk(int Hour, RiskBand Band, ObservedHour? Observed)
{
    /// <summary>Interruptions to expect in an hour of a pod: the middle of the band, as if it had been observed for
    /// <see cref="InterruptionRisk.TableWeightHours"/>, and what was observed.</summary>
    public double PerHour => Observed is null
        ? Band.Middle
        : (InterruptionRisk.TableWeightHours * Band.Middle + Observed.Interruptions)
            / (InterruptionRisk.TableWeightHours + Observed.PodHours);
}
