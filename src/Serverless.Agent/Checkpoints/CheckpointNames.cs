using System.Globalization;

namespace Serverless.Agent.Checkpoints;

/// <summary>What a checkpoint's objects are called in its store.</summary>
internal static class CheckpointNames
{
    /// <summary>What all of them begin with.</summary>
    public const string All = "checkpoints/";

    private const string ManifestName = "manifest.json";

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{All}{number:D12}/");

    public static string Manifest(long number) => Of(number) + ManifestName;

    public static string Blocks(long number) => Of(number) + "blocks/";

    public static string Block(long number, string sha256) => Blocks(number) + sha256;

    /// <summary>Whose object it is, and whether it is the manifest; null for what is none of ours.</summary>
    public static (long Number, bool IsManifest)? Parse(string name)
    {
        var parts = name.Split('/');
        return parts.Length >= 3 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, parts is [_, _, ManifestName])
            : null;
    }
}
