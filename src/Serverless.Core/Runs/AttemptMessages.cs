using Serverless.Core.Jobs;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>Which attempt of which chunk.</summary>
public sealed record AttemptInput
{
    /// <summary>The chunk.</summary>
    public required ChunkInput Chunk { get; init; }

    /// <summary>The attempt's number, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset BeganAt { get; init; }

    /// <summary>Tries of the chunk that were used up before it.</summary>
    public int Used { get; init; }

    /// <summary>The flashpoints that it is about, as far as they are missing; null means all of the chunk.</summary>
    public IndexRange? Range { get; init; }

    /// <summary>The attempt beside which this one is made; null for an ordinary one.</summary>
    public int? HedgeOf { get; init; }

    /// <summary>The job, once there is one.</summary>
    public string? JobId { get; init; }

    /// <summary>When the job was submitted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>The same, never null.</summary>
    internal IndexRange Span => Range ?? IndexRange.All;

    /// <summary>The job that is meant.</summary>
    internal JobReference ToJob() => new(
        new JobId(JobId ?? throw new InvalidOperationException("The attempt has no job yet.")), SubmittedAt);
}

/// <summary>What submitting came to. Expected failures are values, so that the orchestrator decides and not an
/// exception.</summary>
public sealed record SubmitResult
{
    /// <summary>The job, or null when there is none.</summary>
    public string? JobId { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>How many flashpoints it carries; 0 when every one already has a checkpoint.</summary>
    public int Flashpoints { get; init; }

    /// <summary>How long nobody has to look at the job: the process that submitted it watches it. Null when nobody does.</summary>
    public double? NextLookSeconds { get; init; }

    /// <summary>Why there is no job.</summary>
    public JobErrorKind? ErrorKind { get; init; }

    /// <summary>The same in words.</summary>
    public string? Error { get; init; }
}

/// <summary>What one look at a job showed, after its results, if any, were stored.</summary>
public sealed record CheckResult
{
    /// <summary>Where the job stands; null when no answer could be had.</summary>
    public JobState? State { get; init; }

    /// <summary>Flashpoints of the chunk with a result so far, from all attempts.</summary>
    public int Done { get; init; }

    /// <summary>Flashpoints of the attempt's range that no attempt has answered.</summary>
    public int Unanswered { get; init; }

    /// <summary>The first index of the second half of those; null when there are not two.</summary>
    public int? SplitAt { get; init; }

    /// <summary>Flashpoints of the chunk that were answered with an error.</summary>
    public int Errors { get; init; }

    /// <summary>Seconds in the queue.</summary>
    public double? DelaySec { get; init; }

    /// <summary>Seconds that a worker held it.</summary>
    public double? ExecutionSec { get; init; }

    /// <summary>RunPod's worker.</summary>
    public string? WorkerId { get; init; }

    /// <summary>What is wrong with the job, its output, or the call.</summary>
    public string? Error { get; init; }

    /// <summary>True when asking again will not help: the key or the endpoint is wrong.</summary>
    public bool Permanent { get; init; }

    /// <summary>Who is at fault that the job did not complete.</summary>
    public JobFault Fault { get; init; }

    /// <summary>Tries that the job has used up; 0, as in older histories, counts as one.</summary>
    public int Tries { get; init; }

    /// <summary>Whether it is known that nothing of the attempt is missing any more. A look that brought no entries does not
    /// count them.</summary>
    internal bool IsAnswered => Unanswered == 0 && Done + Errors > 0;

    /// <summary>Why nothing goes on, though nothing has failed: the account is blocked, or no worker can be had.</summary>
    public string? Held { get; init; }

    /// <summary>How long nobody has to look again unless the job's event comes. Null when nobody watches it.</summary>
    public double? NextLookSeconds { get; init; }
}
