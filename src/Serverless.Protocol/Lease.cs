namespace Serverless.Protocol;

/// <summary>Asks for work. Also says that the pod lives. A pod has one such call open at a time, and sends no other until it has
/// the answer or has given up waiting for it.</summary>
public sealed record LeaseRequest
{
    /// <summary>Who asks.</summary>
    public required PodIdentity Identity { get; init; }

    /// <summary>A text by chance, the same when the call is repeated because its answer was lost: the answer then holds the
    /// leases that were granted the first time, as far as they are still held, and grants no others.</summary>
    public required string RequestId { get; init; }

    /// <summary>How many jobs at most; 1 to <see cref="WorkLimits.MaxJobs"/>. 0, or left out, means 1.</summary>
    public int MaxJobs { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>How long the host may keep the call waiting for work, 0 to <see cref="WorkLimits.MaxWaitSeconds"/>.</summary>
    public double WaitSeconds { get; init; }

    /// <summary>All that the agent holds now, from whatever start of it. What the host has lent this pod otherwise has been
    /// forgotten by it, as after a crash, and is queued again at once.</summary>
    public IReadOnlyList<LeaseId> Holding { get; init => field = value ?? []; } = [];

    /// <summary>What the pod is.</summary>
    public required PodFacts Facts { get; init; }
}

/// <summary>The answer to <see cref="LeaseRequest"/>.</summary>
public sealed record LeaseReply
{
    /// <summary>What the pod as a whole is to do.</summary>
    public required WorkCommand Command { get; init; }

    /// <summary>The jobs; empty when there is no work, or the pod is not to take any.</summary>
    public required IReadOnlyList<WorkLease> Leases { get; init; }

    /// <summary>How long to wait before asking again when there was no work: 0 after a wait that went its full time, more when
    /// the host is about to stop.</summary>
    public double RetryAfterSeconds { get; init; }
}

/// <summary>A job that was lent to a pod.</summary>
public sealed record WorkLease
{
    /// <summary>The right to it.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>How long the lease lasts without a heartbeat, in seconds, from when the answer was sent. There are no instants
    /// on the wire: the clocks of host and pod need not agree. Count from when the call was sent, which is on the safe
    /// side.</summary>
    public required double LeaseSeconds { get; init; }

    /// <summary>Which try of the job this is, from 1. Announced interruptions do not count.</summary>
    public required int Attempt { get; init; }

    /// <summary>The worker's <c>input</c>, as RunPod would hand it over: one JSON object, whose <c>flashpoints</c> are those that
    /// have no result yet.</summary>
    public required RawJson Input { get; init; }

    /// <summary>How long the worker may hold the job, in seconds (REQUEST_TIMEOUT). Beyond it: <c>/fail</c> with
    /// <see cref="WorkFault.TimeLimit"/>.</summary>
    public required double ExecutionTimeoutSeconds { get; init; }

    /// <summary>How long the worker may take over one call of its model, in seconds (MODEL_TIMEOUT_SECONDS). At most the lease.
    /// </summary>
    public required double ModelTimeoutSeconds { get; init; }

    /// <summary>The newest checkpoint that an earlier holder told of; null when there is none.</summary>
    public CheckpointClaim? Checkpoint { get; init; }
}
