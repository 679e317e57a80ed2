using System.Diagnostics.CodeAnalysis;
using Serverless.Core.Storage;

namespace Serverless.Core.Results;

/// <summary>What a worker's output says about the flashpoints it was given.</summary>
public sealed record MatchResult
{
    /// <summary>The flashpoints that were answered, ascending by index: with a result, or with an error.</summary>
    public required IReadOnlyList<Checkpoint> Checkpoints { get; init; }

    /// <summary>The flashpoints that were not, in order. All of them when the output is unusable.</summary>
    public required IReadOnlyList<ChunkEntry> Missing { get; init; }

    /// <summary>Why nothing could be taken from the output, or null. Never quotes the output.</summary>
    public string? Unusable { get; init; }

    /// <summary>Entries with an id that is not of this chunk, which were ignored.</summary>
    public int ForeignCount { get; init; }

    /// <summary>Entries with an id that had come before, which were ignored.</summary>
    public int DuplicateCount { get; init; }

    /// <summary>True when at least the shape of the output was right.</summary>
    [MemberNotNullWhen(false, nameof(Unusable))]
    public bool IsUsable => Unusable is null;
}
