namespace Serverless.Core.Runs;

/// <summary>What planning came to. Holds counts, never flashpoints.</summary>
public sealed record PlannedRun
{
    /// <summary>The index of the first chunk: more than 0 when a retry adds chunks to a run.</summary>
    public required int FirstChunk { get; init; }

    /// <summary>How many flashpoints each chunk has, in order of index. Empty when there are more chunks than one orchestration
    /// runs: a message of 1 MiB has no room for a million counts, and each group reads its own from the store.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>Flashpoints that no job can carry.</summary>
    public int TooLarge { get; init; }

    /// <summary>How many chunks there are when they are not counted one by one.</summary>
    public int? Chunks { get; init; }

    /// <summary>How many flashpoints those have, all together.</summary>
    public int? Flashpoints { get; init; }

    /// <summary>How the chunks are shared out among orchestrations; null when one runs them all.</summary>
    public FanOutShape? Shape { get; init; }

    internal int ChunkCount => Chunks ?? Counts.Count;

    internal int Planned => Flashpoints ?? Counts.Sum();
}
