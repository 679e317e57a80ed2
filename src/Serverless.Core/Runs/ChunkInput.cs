using System.Text.Json.Serialization;

namespace Serverless.Core.Runs;

/// <summary>What a chunk's orchestration is started with.</summary>
public sealed record ChunkInput
{
    /// <summary>The run.</summary>
    public required RunInput Run { get; init; }

    /// <summary>The chunk's index, from 0.</summary>
    public required int Chunk { get; init; }

    /// <summary>The lane that runs it, from 1.</summary>
    public required int Worker { get; init; }

    /// <summary>How many flashpoints it has.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>The instance that started it, and is told what its attempts cost; null when nobody wants to know.</summary>
    public string? Owner { get; init; }

    /// <summary>Dollars that were left for it when it was started; null: any.</summary>
    public decimal? Budget { get; init; }

    /// <summary>How long it should take, judged by the chunks that have finished; null when none has.</summary>
    public double? ExpectedSeconds { get; init; }
}

/// <summary>How a chunk ended.</summary>
public enum ChunkState
{
    /// <summary>Every flashpoint is answered.</summary>
    Completed,

    /// <summary>Some flashpoint is not, and no attempt is left or sensible.</summary>
    Failed,

    /// <summary>The run was cancelled.</summary>
    Cancelled,
}

/// <summary>How a chunk went.</summary>
public sealed record ChunkOutcome
{
    /// <summary>The chunk's index, from 0.</summary>
    public required int Chunk { get; init; }

    /// <summary>The lane that ran it, from 1.</summary>
    public required int Worker { get; init; }

    /// <summary>How many flashpoints it has.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How it ended.</summary>
    public required ChunkState State { get; init; }

    /// <summary>Flashpoints with a result.</summary>
    public int Done { get; init; }

    /// <summary>Flashpoints without one: unanswered, or answered with an error.</summary>
    public int Missing { get; init; }

    /// <summary>How many jobs were submitted.</summary>
    public int Attempts { get; init; }

    /// <summary>The last job.</summary>
    public string? JobId { get; init; }

    /// <summary>RunPod's worker that held the last job.</summary>
    public string? WorkerId { get; init; }

    /// <summary>Seconds that the last job queued.</summary>
    public double? DelaySec { get; init; }

    /// <summary>Seconds that a worker held the last job.</summary>
    public double? ExecutionSec { get; init; }

    /// <summary>Seconds that workers held all jobs of the chunk.</summary>
    public double TotalExecutionSec { get; init; }

    /// <summary>Dollars that its jobs cost, all together; null when no cost is reckoned.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost { get; init; }

    /// <summary>True when it was not tried again because the run's budget was spent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CutShort { get; init; }

    /// <summary>Why something is missing.</summary>
    public string? Error { get; init; }

    /// <summary>Every attempt, in order. Empty for a chunk of a version that did not keep them.</summary>
    public IReadOnlyList<AttemptRecord> AttemptLog { get; init; } = [];
}
