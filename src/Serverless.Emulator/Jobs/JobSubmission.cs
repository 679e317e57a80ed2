namespace Serverless.Emulator.Jobs;

/// <summary>What a client asked for in the body of <c>/run</c> or <c>/runsync</c>.</summary>
internal sealed record JobSubmission
{
    /// <summary>The value of <c>input</c>, or null when it is missing or empty: RunPod drops an empty one.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    public required JobTraits Traits { get; init; }

    public Uri? Webhook { get; init; }

    public TimeSpan? ExecutionTimeout { get; init; }

    public TimeSpan? TimeToLive { get; init; }

    /// <summary>A low-priority job waits for a worker that is there anyway.</summary>
    public bool LowPriority { get; init; }
}
