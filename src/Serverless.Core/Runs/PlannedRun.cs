namespace Serverless.Core.Runs;

/// <summary>What planning came to. Holds counts, never flashpoints.</summary>
public sealed record PlannedRun
{
    /// <summary>The index of the first chunk: more than 0 when a retry adds chunks to a run.</summary>
    public required int FirstChunk { get; init; }

    /// <summary>How many flashpoints each chunk has, in order of index.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>Flashpoints that no job can carry.</summary>
    public int TooLarge { get; init; }
}
