namespace Serverless.Pods;

/// <summary>What the queue works with.</summary>
public sealed record QueueOptions
{
    /// <summary>The SQLite file. Made if it is not there; its folder must be.</summary>
    public required string Path { get; init; }

    /// <summary>How long a lease lasts without a heartbeat (JOB_TIMEOUT_MINUTES). Default: 3 minutes.</summary>
    public TimeSpan JobTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a worker may take over one call of its model (MODEL_TIMEOUT_SECONDS). At most
    /// <see cref="JobTimeout"/>. Default: 180 seconds.</summary>
    public TimeSpan ModelTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>How long a pod that found no work waits before it asks again (POLL_SECONDS). Default: 3 seconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <exception cref="ArgumentException">A value is not what it should be.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(JobTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ModelTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ModelTimeout, JobTimeout);
    }
}
