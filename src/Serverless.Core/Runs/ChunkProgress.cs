using System.Diagnostics.CodeAnalysis;
using Serverless.Core.Jobs;

namespace Serverless.Core.Runs;

/// <summary>What a chunk shows while it runs: its instance's custom status, in every head.</summary>
/// <param name="Worker">The lane that runs it, from 1.</param>
/// <param name="Done">Flashpoints with a result so far.</param>
/// <param name="Attempts">Its attempts, in order.</param>
public sealed record ChunkProgress(int Worker, int Done, IReadOnlyList<AttemptRecord> Attempts)
{
    /// <summary>Why nothing goes on, though nothing has failed.</summary>
    public string? Held { get; init; }

    /// <summary>The oldest attempts, for which there is no room in what an instance may show; null: all are there. The
    /// chunk's outcome will have them all.</summary>
    public EarlierAttempts? Earlier { get; init; }
}

/// <summary>Attempts that are not shown one by one.</summary>
/// <param name="Count">How many.</param>
/// <param name="Cost">Dollars that their jobs cost, as far as it is reckoned.</param>
/// <param name="WastedCost">The part of it that bought nothing.</param>
public sealed record EarlierAttempts(int Count, decimal Cost, decimal WastedCost);

/// <summary>One attempt, from submission to end.</summary>
public sealed record AttemptRecord
{
    /// <summary>Characters of an error that are kept here; the log has the rest.</summary>
    public const int MaxErrorLength = 300;

    /// <summary>Its number, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Where its job stands; null when no job was taken.</summary>
    public JobState? State { get; init; }

    /// <summary>The job; null when none was taken.</summary>
    public string? JobId { get; init; }

    /// <summary>How many flashpoints the job carries.</summary>
    public int Flashpoints { get; init; }

    /// <summary>When the job was submitted, or, without one, when that was given up.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When a worker was first seen to hold it.</summary>
    public DateTimeOffset? RunningAt { get; init; }

    /// <summary>When it was seen to have ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Seconds in the queue, as the platform says.</summary>
    public double? DelaySec { get; init; }

    /// <summary>Seconds that a worker held it, as the platform says.</summary>
    public double? ExecutionSec { get; init; }

    /// <summary>The platform's worker.</summary>
    public string? WorkerId { get; init; }

    /// <summary>True when we ended the job and the platform has not confirmed it; <c>fanout jobs</c> tells whether it has
    /// since.</summary>
    public bool? CancelUnconfirmed { get; init; }

    /// <summary>Dollars that its job cost; null while it has not ended, and when no cost is reckoned.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost { get; init; }

    /// <summary>True when the cost is reckoned by when the job was seen to run, because the platform did not say.</summary>
    public bool? CostEstimated { get; init; }

    /// <summary>The attempt beside which it was started, because that took too long; null for an ordinary one.</summary>
    public int? HedgeOf { get; init; }

    /// <summary>True when the other one of the two answered first.</summary>
    public bool? Superseded { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>An error cut to <see cref="MaxErrorLength"/>.</summary>
    [return: NotNullIfNotNull(nameof(error))]
    internal static string? Shorten(string? error) => error is { Length: > MaxErrorLength }
        ? string.Concat(error.AsSpan(0, MaxErrorLength - 1), "…")
        : error;
}
