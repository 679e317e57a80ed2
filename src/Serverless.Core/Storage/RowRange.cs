namespace Serverless.Core.Storage;

/// <summary>Some of the flashpoints, by their place in the list.</summary>
/// <param name="Offset">The index of the first.</param>
/// <param name="Limit">How many at most.</param>
public sealed record RowRange(int Offset, int Limit)
{
    /// <summary>All of them.</summary>
    public static RowRange All { get; } = new(0, int.MaxValue);

    /// <summary>The index behind the last.</summary>
    internal long End => (long)Offset + Limit;
}
