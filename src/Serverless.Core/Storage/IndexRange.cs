namespace Serverless.Core.Storage;

/// <summary>Flashpoints by their place in the run's list.</summary>
/// <param name="First">The lowest index.</param>
/// <param name="Last">The highest.</param>
public sealed record IndexRange(int First, int Last)
{
    /// <summary>All there may be.</summary>
    public static IndexRange All { get; } = new(0, int.MaxValue);

    /// <summary>Whether an index is among them.</summary>
    public bool Contains(int index) => index >= First && index <= Last;
}
