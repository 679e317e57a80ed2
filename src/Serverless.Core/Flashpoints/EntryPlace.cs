namespace Serverless.Core.Flashpoints;

/// <summary>Where an entry stands in its source, for messages.</summary>
/// <param name="Index">Its index, from 0.</param>
/// <param name="LineNumber">The line where it begins, from 1.</param>
internal readonly record struct EntryPlace(int Index, long LineNumber)
{
    /// <summary>What a source has to be.</summary>
    public const string Expected = "expected is a JSON array of flashpoints, or one flashpoint per line, each an "
        + "object with an \"id\".";

    /// <summary>The error that names this entry. The text goes on after "Entry 3 (index 2, line 7)".</summary>
    public FlashpointFormatException Refuse(string text, string? field = null, Exception? inner = null)
        => new($"{this}{text}", inner) { EntryNumber = Index + 1, LineNumber = LineNumber, Field = field };

    /// <inheritdoc/>
    public override string ToString() => $"Entry {Index + 1} (index {Index}, line {LineNumber})";
}
