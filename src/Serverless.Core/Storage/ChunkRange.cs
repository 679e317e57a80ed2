namespace Serverless.Core.Storage;

/// <summary>Chunks that follow on each other.</summary>
/// <param name="First">The number of the first.</param>
/// <param name="Count">How many there are; at least one.</param>
public readonly record struct ChunkRange(int First, int Count)
{
    /// <summary>The number after the last.</summary>
    public int End => First + Count;
}
