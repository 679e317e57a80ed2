using Serverless.Core.Jobs;

namespace Serverless.Core.Runs;

/// <summary>How an attempt ended.</summary>
internal sealed record AttemptEnd
{
    /// <summary>The last look at the job, or null when no job was taken.</summary>
    public CheckResult? LastLook { get; init; }

    /// <summary>The job, or null when none was taken.</summary>
    public string? JobId { get; init; }

    /// <summary>Whether a job was, or may have been, submitted.</summary>
    public bool Submitted { get; init; }

    /// <summary>False when another attempt would end the same way.</summary>
    public bool Retryable { get; init; } = true;

    /// <summary>True when we ended the job: its time was up, or nobody wants it any more.</summary>
    public bool Stopped { get; init; }

    /// <summary>True when we ended the job and the platform has not confirmed it.</summary>
    public bool CancelUnconfirmed { get; init; }

    /// <summary>True when the job vanished by itself: that is no fault of the chunk.</summary>
    public bool Lost => Verdict == JobVerdict.Lost;

    /// <summary>True when the worker died under the job: by chance, or because of a flashpoint in it.</summary>
    public bool KilledWorker => Verdict == JobVerdict.Poison;

    private JobVerdict Verdict =>
        !Stopped && LastLook is { State: { } state } look ? JobVerdicts.Of(state, look.Fault) : JobVerdict.None;

    /// <summary>Flashpoints of its range without an answer.</summary>
    public required int Unanswered { get; init; }

    /// <summary>True when another attempt answered first, and this one was ended.</summary>
    public bool Superseded { get; init; }

    /// <summary>What is known of a second job of the attempt, which was taken though its answer was lost.</summary>
    public CheckResult? Twin { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }
}
