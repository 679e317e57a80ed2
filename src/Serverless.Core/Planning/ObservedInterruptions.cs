using System.Globalization;
using System.Text.Json;

namespace Serverless.Core.Planning;

/// <summary>How often pods of this installation were taken away, by hour of the day in UTC. Whoever runs pods keeps it, as
/// <see cref="FileName"/> in the state folder; plans read it.</summary>
public sealed record ObservedInterruptions
{
    /// <summary>Its name in the state folder.</summary>
    public const string FileName = "interruptions.json";

    /// <summary>Since when it was counted.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The hours of which anything is known.</summary>
    public required IReadOnlyList<ObservedHour> Hours { get; init; }

    /// <summary>Reads what was observed.</summary>
    /// <exception cref="FormatException">It is not what it should be; the message says where, and what is allowed.</exception>
    public static ObservedInterruptions Read(ReadOnlySpan<byte> json)
    {
        ObservedInterruptions? observed;
        try
        {
            observed = JsonSerializer.Deserialize(json, RiskJson.Default.ObservedInterruptions);
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is no record of interruptions: {e.Message}", e);
        }

        if (observed is null) throw new FormatException("it is null; allowed is an object with \"since\" and \"hours\".");
        var hours = new HashSet<int>();
        foreach (var hour in observed.Hours) Check(hour, hours);
        return observed;
    }

    /// <summary>The same as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RiskJson.Default.ObservedInterruptions);

    private static void Check(ObservedHour hour, HashSet<int> known)
    {
        if (hour.Hour is < 0 or >= InterruptionRiskTable.Hours) throw new FormatException($"\"hour\" is {hour.Hour}; allowed are 0 to 23.");
        if (!known.Add(hour.Hour)) throw new FormatException($"hour {hour.Hour} is there twice; allowed is once.");
        if (!(hour.PodHours >= 0 && double.IsFinite(hour.PodHours)) || hour.Interruptions < 0)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"hour {hour.Hour} has {hour.PodHours} \"pod_hours\" and {hour.Interruptions} \"interruptions\"; "
                + $"allowed are none less than 0."));
        }
    }
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
