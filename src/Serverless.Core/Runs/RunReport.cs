using System.Text.Json.Serialization;

namespace Serverless.Core.Runs;

/// <summary>How a run ended, in numbers.</summary>
public record RunSummary
{
    /// <summary>True when every flashpoint has a result.</summary>
    public required bool Ok { get; init; }

    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The day it was for.</summary>
    public required string Date { get; init; }

    /// <summary>Who started it.</summary>
    public required string Trigger { get; init; }

    /// <summary>Whether workers cleaned up.</summary>
    public required bool Cleanup { get; init; }

    /// <summary>Jobs at once.</summary>
    public required int Workers { get; init; }

    /// <summary>Seconds from the first turn to the stored results.</summary>
    public required double DurationSec { get; init; }

    /// <summary>How many flashpoints there were.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How many of them are null in the results.</summary>
    public required int Failed { get; init; }

    /// <summary>True when somebody cancelled the run.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Why the run ended before all of it was run; null when it did not.</summary>
    public string? StoppedBecause { get; init; }

    /// <summary>Flashpoints that were not run, or not tried again, because the run was stopped.</summary>
    public int? NotRun { get; init; }

    /// <summary>The GPU that the cost is reckoned with.</summary>
    public string? Gpu { get; init; }

    /// <summary>Dollars for a second of a worker.</summary>
    public decimal? PricePerSecond { get; init; }

    /// <summary>Dollars that all jobs cost, retries included; null when no cost is reckoned.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing: attempts that were lost, failed, were cancelled or answered again.</summary>
    public decimal? WastedCost { get; init; }

    /// <summary>How many chunks were planned, retries included.</summary>
    public int ChunkCount { get; init; }

    /// <summary>Seconds that workers held jobs, all together: what one worker alone would have taken.</summary>
    public double ExecutionSec { get; init; }
}

/// <summary>A run's report as it lies beside its results.</summary>
public sealed record RunReport : RunSummary
{
    /// <summary>Every chunk, in order of index. Of more than <see cref="Limits.MaxChunksListed"/> those that have not completed, up
    /// to as many; all of them lie in <c>outcomes/</c>.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<ChunkOutcome> Chunks { get; init; }

    /// <summary>Jobs that were cancelled without RunPod having confirmed it by then: <c>fanout jobs</c> tells whether it has
    /// since.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyList<UnconfirmedJob> Unconfirmed { get; init; } = [];

    /// <summary>The first failures, by flashpoint; all of them lie in <c>failures.jsonl</c>.</summary>
    [JsonPropertyOrder(2)]
    public required IReadOnlyList<FlashpointFailureEntry> Failures { get; init; }

    /// <summary>The numbers alone: what a history may hold of it.</summary>
    public RunSummary ToSummary() => new()
    {
        Ok = Ok,
        RunId = RunId,
        Date = Date,
        Trigger = Trigger,
        Cleanup = Cleanup,
        Workers = Workers,
        DurationSec = DurationSec,
        Flashpoints = Flashpoints,
        Failed = Failed,
        Cancelled = Cancelled,
        StoppedBecause = StoppedBecause,
        NotRun = NotRun,
        Gpu = Gpu,
        PricePerSecond = PricePerSecond,
        Cost = Cost,
        WastedCost = WastedCost,
        ChunkCount = ChunkCount,
        ExecutionSec = ExecutionSec,
    };
}

/// <summary>A job that may still be running.</summary>
/// <param name="Chunk">Its chunk.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="JobId">The job.</param>
public sealed record UnconfirmedJob(int Chunk, int Attempt, string JobId);

/// <summary>Why a flashpoint is null.</summary>
/// <param name="Index">Its place in the list.</param>
/// <param name="Id">Its id.</param>
/// <param name="Error">The reason.</param>
public sealed record FlashpointFailureEntry(int Index, string Id, string Error);

/// <summary>What a run shows while it goes on: its instance's custom status.</summary>
/// <param name="Chunks">How many chunks there are.</param>
/// <param name="ChunksEnded">How many have ended.</param>
/// <param name="Flashpoints">How many flashpoints there are.</param>
/// <param name="Done">How many have a result.</param>
/// <param name="Failed">How many of ended chunks have none.</param>
public sealed record RunProgress(int Chunks, int ChunksEnded, int Flashpoints, int Done, int Failed)
{
    /// <summary>Dollars that the jobs of ended chunks cost; null when no cost is reckoned.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost { get; init; }
}
