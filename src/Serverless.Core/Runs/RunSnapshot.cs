using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Scheduled; nothing of it has begun.</summary>
    Pending,

    /// <summary>Going on.</summary>
    Running,

    /// <summary>Set aside until it is resumed; its jobs go on.</summary>
    Suspended,

    /// <summary>Every chunk has ended, well or not.</summary>
    Completed,

    /// <summary>Nothing could be planned or stored.</summary>
    Failed,

    /// <summary>Ended early by somebody.</summary>
    Cancelled,
}

/// <summary>A run at a moment, without its chunks.</summary>
public record RunSnapshot
{
    /// <summary>The run's id.</summary>
    public required string Id { get; init; }

    /// <summary>The day it is for, <c>yyyy-MM-dd</c>.</summary>
    public required string Date { get; init; }

    /// <summary>Who started it.</summary>
    public required string Trigger { get; init; }

    /// <summary>Whether workers clean up after themselves.</summary>
    public required bool Cleanup { get; init; }

    /// <summary>Jobs at once.</summary>
    public required int Workers { get; init; }

    /// <summary>Where its jobs run.</summary>
    public required string Backend { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunState State { get; init; }

    /// <summary>When it was scheduled.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its history last grew.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many flashpoints it has.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How many have a result.</summary>
    public required int Done { get; init; }

    /// <summary>How many of ended chunks have none.</summary>
    public required int Failed { get; init; }

    /// <summary>How many chunks it has; 0 while it is not planned.</summary>
    public required int ChunkCount { get; init; }

    /// <summary>How many of them have ended.</summary>
    public required int ChunksEnded { get; init; }

    /// <summary>Seconds that workers held its jobs, all together; null while it has not ended.</summary>
    public double? ExecutionSec { get; init; }

    /// <summary>The GPU that the cost is reckoned with.</summary>
    public string? Gpu { get; init; }

    /// <summary>Dollars for a second of a worker; null when no cost is reckoned.</summary>
    public decimal? PricePerSecond { get; init; }

    /// <summary>Dollars that jobs have cost so far: in a list those of ended chunks, alone those of ended attempts.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost { get; init; }

    /// <summary>Dollars that jobs which go on should have cost by now, beside <see cref="Cost"/>. Only of a run that is looked at
    /// alone.</summary>
    public decimal? RunningCost { get; init; }

    /// <summary>Dollars from which on no job is submitted; null: none.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Why the run ended before all of it was run; null when it did not.</summary>
    public string? StoppedBecause { get; init; }

    /// <summary>Why the run failed.</summary>
    public string? Error { get; init; }

    /// <summary>What an instance that was read with its payloads says; null when it is no run.</summary>
    public static RunSnapshot? Of(OrchestrationMetadata instance) => RunReading.ToSnapshot(instance);
}

/// <summary>A run at a moment, with its chunks.</summary>
public sealed record RunDetail : RunSnapshot
{
    /// <summary>For those who set all of it.</summary>
    public RunDetail()
    {
    }

    /// <summary>What is known without chunks, to go on from.</summary>
    [SetsRequiredMembers]
    internal RunDetail(RunSnapshot run)
        : base(run) => Chunks = [];

    /// <summary>Every chunk, in order of index; empty while the run is not planned, and when there are more than
    /// <see cref="Limits.MaxChunksListed"/>.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<ChunkSnapshot> Chunks { get; init; }

    /// <summary>How it ended, in numbers; null while it has not.</summary>
    [JsonPropertyOrder(1)]
    public RunSummary? Report { get; init; }
}

/// <summary>How a run has ended, for those who watched it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Report">How it ended, in numbers; null when it has no results.</param>
public sealed record RunEnd(RunSnapshot Run, RunSummary? Report);

/// <summary>Where a chunk stands, in the words that people are shown.</summary>
public enum ChunkPhase
{
    /// <summary>No worker has taken it yet.</summary>
    Waiting,

    /// <summary>Its job waits in the queue.</summary>
    Queued,

    /// <summary>A worker holds its job.</summary>
    Running,

    /// <summary>Between two attempts.</summary>
    Retrying,

    /// <summary>Every flashpoint is answered.</summary>
    Completed,

    /// <summary>Out of attempts; some of its results are null.</summary>
    Failed,

    /// <summary>The run was cancelled.</summary>
    Cancelled,
}

/// <summary>A chunk at a moment.</summary>
public sealed record ChunkSnapshot
{
    /// <summary>Its index, from 0.</summary>
    public required int Chunk { get; init; }

    /// <summary>The lane, from 1; null until one has taken it.</summary>
    public int? Worker { get; init; }

    /// <summary>Where it stands.</summary>
    public required ChunkPhase State { get; init; }

    /// <summary>How many flashpoints it has.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How many have a result.</summary>
    public required int Done { get; init; }

    /// <summary>Dollars that its ended attempts cost; null when no cost is reckoned.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? Error { get; init; }

    /// <summary>Its attempts, in order.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    /// <summary>What is stored of a chunk that has ended.</summary>
    public static ChunkSnapshot Of(ChunkOutcome outcome) => RunReading.ToSnapshot(outcome);

    /// <summary>Whether the other one tells the same, attempts included.</summary>
    public bool Tells(ChunkSnapshot other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with { Attempts = other.Attempts } == other && Attempts.SequenceEqual(other.Attempts);
    }
}
