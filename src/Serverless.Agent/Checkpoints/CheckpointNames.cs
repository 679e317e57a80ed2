using System.Globalization;

namespace Serverless.Agent.Checkpoints;

/// <summary>What a checkpoint's objects are called in its store.</summary>
internal static class CheckpointNames
{
    /// <summary>What all of them begin with.</summary>
    public const string All = "checkpoints/";

    private const string ManifestStart = "manifest";
    private const string ManifestEnd = ".json";

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{All}{number:D12}/");

    /// <summary>Each generation has one of its own; the first kind had none.</summary>
    public static string Manifest(long number, long generation) =>
        Manifests(number) + (generation == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{generation:D6}")) + ManifestEnd;

    /// <summary>What the manifests of a number begin with.</summary>
    public static string Manifests(long number) => Of(number) + ManifestStart;

    public static string Blocks(long number) => Of(number) + "blocks/";

    public static string Block(long number, string sha256) => Blocks(number) + sha256;

    /// <summary>Whose object it is, and of what generation, when it is a manifest; null for what is none of ours.</summary>
    public static (long Number, long? Generation)? Parse(string name)
    {
        var parts = name.Split('/');
        return parts.Length >= 3 && TryNumber(parts[1], out var number)
            ? (number, parts is [_, _, var last] ? GenerationOf(last) : null)
            : null;
    }

    private static long? GenerationOf(string name)
    {
        if (name == ManifestStart + ManifestEnd) return 0;
        var isManifest = name.StartsWith(ManifestStart + '-', StringComparison.Ordinal)
            && name.EndsWith(ManifestEnd, StringComparison.Ordinal);
        return isManifest && TryNumber(name[(ManifestStart.Length + 1)..^ManifestEnd.Length], out var generation) ? generation : null;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
