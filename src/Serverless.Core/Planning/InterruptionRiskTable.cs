using System.Globalization;
using System.Text.Json.Serialization;

namespace Serverless.Core.Planning;

/// <summary>How likely it is that an interruptible pod is taken away within an hour, by hour of the day in UTC. It says of when it
/// is, and may be replaced by a file of the same form.</summary>
public sealed record InterruptionRiskTable
{
    /// <summary>Hours of a day.</summary>
    internal const int Hours = 24;

    /// <summary>Of when the figures are.</summary>
    public required string Version { get; init; }

    /// <summary>Where they are from.</summary>
    public required string Source { get; init; }

    /// <summary>Every hour of the day, in bands.</summary>
    public required IReadOnlyList<RiskBand> Bands { get; init; }

    /// <summary>The table that comes with this version.</summary>
    public static InterruptionRiskTable BuiltIn { get; } = Read(DataTable.BuiltIn("interruption-risk.json"));

    /// <summary>Reads a table.</summary>
    /// <exception cref="FormatException">It is not what it should be; the message says where, and what is allowed.</exception>
    public static InterruptionRiskTable Read(ReadOnlySpan<byte> json)
    {
        var table = DataTable.Read(json, RiskJson.Default.InterruptionRiskTable, "table of interruption risks");
        DataTable.CheckRows(table.Bands, "bands");
        foreach (var band in table.Bands) Check(band);
        foreach (var hour in Enumerable.Range(0, Hours))
        {
            var count = table.Bands.Count(band => band.Covers(hour));
            if (count != 1) throw new FormatException($"hour {hour} is in {count} bands; allowed is one.");
        }

        return table;
    }

    /// <summary>The band of an hour.</summary>
    internal RiskBand BandOf(int hour) => Bands.First(band => band.Covers(hour));

    private static void Check(RiskBand band)
    {
        if (band.FromHour is < 0 or >= Hours || band.ToHour is < 0 or > Hours)
            throw new FormatException($"a band goes from hour {band.FromHour} to {band.ToHour}; allowed are 0 to 23, and 24 for its end.");
        if (!(band.Low >= 0 && band.Low <= band.High && band.High <= 1))
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"\"low\" and \"high\" from hour {band.FromHour} are {band.Low} and {band.High}; "
                + $"allowed are 0 to 1, low no more than high."));
        }
    }
}

/// <summary>Hours of the day that are alike.</summary>
public sealed record RiskBand
{
    /// <summary>The first hour, 0 to 23, UTC.</summary>
    public required int FromHour { get; init; }

    /// <summary>The hour after the last; less than <see cref="FromHour"/> when midnight lies between.</summary>
    public required int ToHour { get; init; }

    /// <summary>Chance of an interruption within an hour, at best. 0 to 1.</summary>
    public required double Low { get; init; }

    /// <summary>The same at worst.</summary>
    public required double High { get; init; }

    /// <summary>What is reckoned with.</summary>
    [JsonIgnore]
    public double Middle => (Low + High) / 2;

    internal bool Covers(int hour) =>
        FromHour < ToHour ? hour >= FromHour && hour < ToHour : hour >= FromHour || hour < ToHour;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true)]
[JsonSerializable(typeof(InterruptionRiskTable))]
internal sealed partial class RiskJson : JsonSerializerContext;
