namespace Serverless.Core.Planning;

/// <summary>How often pods of this installation were taken away, by hour of the day in UTC. Whoever runs pods keeps it; plans reckon
/// with it.</summary>
public sealed record ObservedInterruptions
{
    /// <summary>Since when it was counted.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The hours of which anything is known, each once.</summary>
    public required IReadOnlyList<ObservedHour> Hours { get; init; }

    /// <summary>How long pods were there in all, in hours.</summary>
    public double PodHours => Hours.Sum(hour => hour.PodHours);

    /// <summary>How often one of them was taken away.</summary>
    public int Interruptions => Hours.Sum(hour => hour.Interruptions);
}

/// <summary>What was observed in one hour of the day, over all days.</summary>
public sealed record ObservedHour
{
    /// <summary>The hour, 0 to 23, UTC.</summary>
    public required int Hour { get; init; }

    /// <summary>How long pods were there within that hour, all together, in hours.</summary>
    public required double PodHours { get; init; }

    /// <summary>How often one of them was taken away.</summary>
    public required int Interruptions { get; init; }
}
