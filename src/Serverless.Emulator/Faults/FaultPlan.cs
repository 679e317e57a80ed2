using System.Text.Json;

namespace Serverless.Emulator.Faults;

/// <summary>How the emulator shall fail: what a fault file says. Immutable; docs/emulator.md has the format.</summary>
public sealed class FaultPlan
{
    internal FaultPlan(int seed, IReadOnlyList<FaultRule> rules)
    {
        Seed = seed;
        Rules = rules;
    }

    /// <summary>Same seed, same jobs, same faults.</summary>
    internal int Seed { get; }

    internal IReadOnlyList<FaultRule> Rules { get; }

    /// <summary>Reads a fault file.</summary>
    /// <param name="json">UTF-8 JSON; comments and trailing commas are allowed.</param>
    /// <exception cref="FormatException">It is not a fault file; the message names field, value and what is allowed.
    /// </exception>
    public static FaultPlan Parse(Stream json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(options => JsonDocument.Parse(json, options));
    }

    /// <inheritdoc cref="Parse(Stream)"/>
    public static FaultPlan Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(options => JsonDocument.Parse(json, options));
    }

    private static FaultPlan Parse(Func<JsonDocumentOptions, JsonDocument> parse)
    {
        var options = new JsonDocumentOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        };
        try
        {
            using var document = parse(options);
            return FaultPlanReader.Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new FormatException($"The fault file is not valid JSON: {error.Message}", error);
        }
    }
}
