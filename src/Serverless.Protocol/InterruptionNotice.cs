namespace Serverless.Protocol;

/// <summary>The provider says that it will take the machine.</summary>
public sealed record InterruptionNotice
{
    /// <summary>Who says so, and how: <c>aws-instance-action</c>, <c>aws-rebalance</c>, <c>google-preempted</c>,
    /// <c>azure-preempt</c>, <c>runpod-sigterm</c>, or another word.</summary>
    public required string Kind { get; init; }

    /// <summary>How long the machine will still be there, in seconds from when the call was sent; null when nobody says.</summary>
    public double? SecondsLeft { get; init; }
}

/// <summary>A checkpoint within a job that lies in a store: where, and how to tell that it is whole.</summary>
public sealed record CheckpointClaim
{
    /// <summary>Where its manifest lies, as a URI that the agent's stores understand. No key and no signed address.</summary>
    public required string Location { get; init; }

    /// <summary>The bytes of the checkpoint.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the manifest, in hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The step it was taken at; null when the work has none.</summary>
    public long? Step { get; init; }
}
