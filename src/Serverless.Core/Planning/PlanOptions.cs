namespace Serverless.Core.Planning;

/// <summary>How flashpoints are shared out.</summary>
public enum PlanStrategy
{
    /// <summary>Neighbours together, chunks of equal count. Right when flashpoints are alike.</summary>
    Even,

    /// <summary>Chunks of equal weight, heaviest flashpoints first. Right when some have many more feeds.</summary>
    Weight,
}

/// <summary>How a list of flashpoints becomes chunks.</summary>
public sealed record PlanOptions
{
    /// <summary>Chunks in flight at once, 1 to <see cref="Limits.MaxWorkers"/>; as many chunks are made, unless
    /// <see cref="ChunkSize"/> says otherwise.</summary>
    public required int Workers { get; init; }

    /// <summary>Flashpoints in a chunk at most, from 1. Default: none, one chunk for each worker.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>Default: <see cref="PlanStrategy.Even"/>.</summary>
    public PlanStrategy Strategy { get; init; } = PlanStrategy.Even;

    /// <summary>Bytes of a chunk's flashpoints as one JSON array at most, from 2. Default:
    /// <see cref="Limits.MaxChunkBytes"/>.</summary>
    public int MaxChunkBytes { get; init; } = Limits.MaxChunkBytes;

    /// <summary>Bytes of one flashpoint at most: one that is larger than a chunk may be is a chunk by itself, and a larger one in
    /// none. Default: as much as a chunk takes.</summary>
    public int? MaxFlashpointBytes { get; init; }

    /// <summary>The same, never null. Alone in a chunk it still takes the two brackets of the array.</summary>
    internal int LargestFlashpoint => MaxFlashpointBytes ?? MaxChunkBytes - 2;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Workers, Limits.MaxWorkers);
        if (ChunkSize is { } size) ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(ChunkSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxChunkBytes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestFlashpoint, MaxChunkBytes - 2, nameof(MaxFlashpointBytes));
    }
}
