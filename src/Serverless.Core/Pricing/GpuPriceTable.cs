using System.Text.Json.Serialization;

namespace Serverless.Core.Pricing;

/// <summary>What a second of a worker costs, by GPU. Prices change, so the table says of when it is, and may be replaced by a
/// file of the same form.</summary>
public sealed record GpuPriceTable
{
    /// <summary>Dollars per second above which a price is taken for a mistake: a hundred times the dearest GPU.</summary>
    public const decimal MaxPerSecond = 0.25m;

    /// <summary>Of when the prices are.</summary>
    public required string Version { get; init; }

    /// <summary>Where they are from.</summary>
    public required string Source { get; init; }

    /// <summary>Always <c>USD</c>.</summary>
    public required string Currency { get; init; }

    /// <summary>The GPUs.</summary>
    public required IReadOnlyList<GpuPrice> Gpus { get; init; }

    /// <summary>The table that comes with this version.</summary>
    public static GpuPriceTable BuiltIn { get; } = Read(DataTable.BuiltIn("gpu-prices.json"));

    /// <summary>Reads a table.</summary>
    /// <exception cref="FormatException">It is not what it should be; the message says where, and what is allowed.</exception>
    public static GpuPriceTable Read(ReadOnlySpan<byte> json)
    {
        var table = DataTable.Read(json, PriceJson.Default.GpuPriceTable, "price table");
        DataTable.CheckRows(table.Gpus, "gpus");
        if (table.Currency != "USD") throw new FormatException($"\"currency\" is \"{table.Currency}\"; allowed is \"USD\".");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var gpu in table.Gpus) Check(gpu, names);
        return table;
    }

    /// <summary>The GPU of a name, whatever its case, spaces and dashes; null when the table has none.</summary>
    public GpuPrice? Find(string name)
    {
        var wanted = Plain(name);
        return wanted.Length == 0 ? null : Gpus.FirstOrDefault(gpu => gpu.Names.Any(known => Plain(known) == wanted));
    }

    private static void Check(GpuPrice gpu, HashSet<string> names)
    {
        foreach (var name in gpu.Names)
        {
            if (name is null || Plain(name).Length == 0) throw new FormatException("a \"name\" is blank; allowed is a GPU's name.");
            if (!names.Add(Plain(name))) throw new FormatException($"\"{name}\" is there twice; allowed is once.");
        }

        CheckPrice(gpu.Name, "per_second", gpu.PerSecond);
        if (gpu.InterruptiblePerSecond is { } price) CheckPrice(gpu.Name, "interruptible_per_second", price);
    }

    private static void CheckPrice(string gpu, string member, decimal price)
    {
        if (price is <= 0 or > MaxPerSecond)
        {
            throw new FormatException(
                $"\"{member}\" of {gpu} is {price}; allowed are dollars per second, above 0 and up to {MaxPerSecond}.");
        }
    }

    private static string Plain(string name) =>
        new([.. name.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
}

/// <summary>What a second of a worker with this GPU costs.</summary>
public sealed record GpuPrice
{
    /// <summary>Its name as people are shown it.</summary>
    public required string Name { get; init; }

    /// <summary>Other names that mean the same.</summary>
    public IReadOnlyList<string>? Also { get; init; }

    /// <summary>Its memory.</summary>
    public int? MemoryGb { get; init; }

    /// <summary>Dollars per second, on demand.</summary>
    public required decimal PerSecond { get; init; }

    /// <summary>Dollars per second of a worker that may be taken away; null when nobody publishes it.</summary>
    public decimal? InterruptiblePerSecond { get; init; }

    internal IEnumerable<string> Names => [Name, .. Also ?? []];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(GpuPriceTable))]
internal sealed partial class PriceJson : JsonSerializerContext;
