using Serverless.Core.Runs;

namespace Serverless.Cli.Head;

/// <summary>A run as people are shown it.</summary>
internal sealed record RunView
{
    public required string Run { get; init; }

    public required DateOnly Date { get; init; }

    public required RunState State { get; init; }

    public required int Workers { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required int FlashpointCount { get; init; }

    /// <summary>Flashpoints with a stored result.</summary>
    public required int DoneCount { get; init; }

    public required int ChunkCount { get; init; }

    /// <summary>In order of their index; empty in a list of runs.</summary>
    public IReadOnlyList<ChunkView> Chunks { get; init; } = [];

    /// <summary>Where its jobs run.</summary>
    public string? Backend { get; init; }

    /// <summary>The GPU that the cost is reckoned with.</summary>
    public string? Gpu { get; init; }

    /// <summary>Dollars that its jobs cost so far; null when no cost is reckoned.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost { get; init; }

    /// <summary>How long workers held its jobs, all together; null while it has not ended.</summary>
    public TimeSpan? ExecutionTime { get; init; }

    /// <summary>Why it ended before all of it was run.</summary>
    public string? StoppedBecause { get; init; }

    /// <summary>Why the run failed.</summary>
    public string? Error { get; init; }

    /// <summary>Where the results are kept once the run has ended.</summary>
    public string? ResultsLocation { get; init; }

    public bool HasEnded => State is RunState.Completed or RunState.Failed or RunState.Cancelled;

    /// <summary>Flashpoints without a result; of an ended run, those that are null.</summary>
    public int MissingCount => FlashpointCount - DoneCount;

    /// <summary>From the start to the end, or to now.</summary>
    public TimeSpan Elapsed(DateTimeOffset now) => (EndedAt ?? now) - StartedAt;
}

/// <summary>A chunk as people are shown it.</summary>
internal sealed record ChunkView
{
    /// <summary>From 0.</summary>
    public required int Index { get; init; }

    /// <summary>From 1; null until a worker takes it.</summary>
    public int? Worker { get; init; }

    public required int FlashpointCount { get; init; }

    public required int DoneCount { get; init; }

    public required ChunkPhase State { get; init; }

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How long its jobs waited, all attempts together.</summary>
    public TimeSpan? QueueTime { get; init; }

    /// <summary>How long workers held its jobs, all attempts together.</summary>
    public TimeSpan? ExecutionTime { get; init; }

    /// <summary>Dollars that its jobs cost; null when no cost is reckoned, and while it has not ended.</summary>
    public decimal? Cost { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? Error { get; init; }

    public bool IsActive => State is ChunkPhase.Queued or ChunkPhase.Running or ChunkPhase.Retrying;
}
