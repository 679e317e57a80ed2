using Serverless.Core.Planning;

namespace Serverless.Cli.Head;

/// <summary>Chunks to plan.</summary>
internal sealed record PlanRequest
{
    /// <inheritdoc cref="RunRequest.Flashpoints"/>
    public required Stream Flashpoints { get; init; }

    /// <inheritdoc cref="RunRequest.SourceName"/>
    public required string SourceName { get; init; }

    public required int Workers { get; init; }

    /// <inheritdoc cref="RunRequest.ChunkSize"/>
    public int? ChunkSize { get; init; }

    public ChunkBy By { get; init; }

    /// <summary>Whether what no request body can hold is handed over by reference.</summary>
    public bool ByReference { get; init; }

    /// <summary>What workers are like, to compare counts of them; null: nothing is compared.</summary>
    public WorkerAssumptions? Assumed { get; init; }
}

/// <summary>A plan as people are shown it.</summary>
internal sealed record PlanView
{
    public required int FlashpointCount { get; init; }

    /// <summary>In the order in which workers take them.</summary>
    public required IReadOnlyList<PlanChunk> Chunks { get; init; }

    /// <summary>What to expect of other counts of workers, in order of their count; empty when nothing is assumed.</summary>
    public IReadOnlyList<PlanOffer> Offers { get; init; } = [];

    /// <summary>How long each worker that gets a chunk is at work; empty when nothing is assumed.</summary>
    public IReadOnlyList<TimeSpan> Work { get; init; } = [];

    /// <summary>Flashpoints that no request body can hold; their results will be null.</summary>
    public IReadOnlyList<string> TooBig { get; init; } = [];
}

/// <summary>One planned chunk.</summary>
internal sealed record PlanChunk
{
    /// <summary>From 0.</summary>
    public required int Index { get; init; }

    /// <summary>Position of its first flashpoint in the input, from 0.</summary>
    public required int First { get; init; }

    /// <summary>Position after its last flashpoint in the input.</summary>
    public required int End { get; init; }

    public required int FlashpointCount { get; init; }

    /// <summary>Size of its job's body.</summary>
    public required long Bytes { get; init; }

    /// <summary>Whether all flashpoints from first to end are its own.</summary>
    public bool IsContiguous => End - First == FlashpointCount;
}
