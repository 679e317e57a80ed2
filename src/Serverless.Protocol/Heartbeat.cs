namespace Serverless.Protocol;

/// <summary>Says that the pod lives and how its jobs go. Sent every <see cref="WorkLimits.HeartbeatInterval"/>.</summary>
public sealed record HeartbeatRequest
{
    /// <summary>Who calls.</summary>
    public required PodIdentity Identity { get; init; }

    /// <summary>What the pod is.</summary>
    public required PodFacts Facts { get; init; }

    /// <summary>Every job that it holds. Each one's lease begins anew.</summary>
    public IReadOnlyList<JobProgress> Jobs { get; init => field = value ?? []; } = [];

    /// <summary>The provider's notice, in every heartbeat from when it was seen; null when there is none. The host lends the pod
    /// nothing more.</summary>
    public InterruptionNotice? Notice { get; init; }
}

/// <summary>How a job goes.</summary>
public sealed record JobProgress
{
    /// <summary>The right to the job.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>Flashpoints that are done, of those that were handed over.</summary>
    public int Done { get; init; }

    /// <summary>The worker's own words; null when it said none.</summary>
    public string? Text { get; init; }

    /// <summary>The newest checkpoint within the job; null when there is none.</summary>
    public CheckpointClaim? Checkpoint { get; init; }
}

/// <summary>The answer to <see cref="HeartbeatRequest"/>.</summary>
public sealed record HeartbeatReply
{
    /// <summary>What the pod as a whole is to do.</summary>
    public required WorkCommand Command { get; init; }

    /// <summary>One for each job of the call, in the same order.</summary>
    public required IReadOnlyList<JobOrder> Jobs { get; init; }
}

/// <summary>What is to become of one job.</summary>
public sealed record JobOrder
{
    /// <summary>The right that was shown.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary><see cref="WorkCommand.Continue"/> or <see cref="WorkCommand.Stop"/>.</summary>
    public required WorkCommand Command { get; init; }

    /// <summary>How long the lease lasts from now, in seconds; 0 when the job is to be stopped.</summary>
    public required double LeaseSeconds { get; init; }

    /// <summary>Why it is to be stopped, in words.</summary>
    public string? Reason { get; init; }
}
