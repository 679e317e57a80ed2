using System.Globalization;

namespace Serverless.Agent.Checkpoints;

/// <summary>What the owner of a store leaves there.</summary>
/// <param name="Generation">Grows with every owner, from 1.</param>
/// <param name="Id">Tells two apart that want the same generation.</param>
/// <param name="Machine">Where it runs.</param>
/// <param name="StartedAt">UTC. Since when.</param>
public sealed record OwnerMark(long Generation, string Id, string Machine, DateTimeOffset StartedAt)
{
    /// <summary>What all of their names begin with.</summary>
    internal const string All = "owners/";

    private const string Ending = ".json";

    /// <summary>Says who it is.</summary>
    internal string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Machine.Length == 0 ? "Another machine" : Machine)} took the store over at {StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    internal static string NameOf(long generation, string id) =>
        string.Create(CultureInfo.InvariantCulture, $"{All}{generation:D6}-{id}{Ending}");

    /// <summary>What a name says; null for what is none.</summary>
    internal static (long Generation, string Id)? Parse(string name)
    {
        var text = name[All.Length..];
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && text.EndsWith(Ending, StringComparison.Ordinal)
            && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            ? (generation, text[(dash + 1)..^Ending.Length])
            : null;
    }
}
