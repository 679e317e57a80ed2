namespace Serverless.Durable;

/// <summary>How often, and after what waits, a failed activity is tried again.</summary>
public sealed class RetryPolicy
{
    /// <summary>Creates a policy.</summary>
    /// <param name="maxNumberOfAttempts">All attempts, the first one included; at least 1.</param>
    /// <param name="firstRetryInterval">The wait before the second attempt; more than zero.</param>
    /// <param name="backoffCoefficient">What each further wait is multiplied by; at least 1. Default 1.</param>
    /// <param name="maxRetryInterval">The longest wait; at least <paramref name="firstRetryInterval"/>, or infinite.
    /// Default infinite.</param>
    /// <param name="retryTimeout">No attempt starts later than this after the first; at least
    /// <paramref name="firstRetryInterval"/>, or infinite. Default infinite.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside the range given above.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = AtLeastFirst(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        RetryTimeout = AtLeastFirst(retryTimeout, firstRetryInterval, nameof(retryTimeout));
    }

    /// <summary>All attempts, the first one included.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>The wait before the second attempt.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>What each further wait is multiplied by.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>No attempt starts later than this after the first, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>Says whether a failure is worth another attempt. Default: every failure is. Must be deterministic.</summary>
    public Func<FailureDetails, bool> HandleFailure { get; init; } = static _ => true;

    /// <summary>The wait after failed attempt <paramref name="attemptNumber"/>, counted from 1.</summary>
    public TimeSpan IntervalAfter(int attemptNumber)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(attemptNumber);
        var ceiling = MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : MaxRetryInterval;
        var ticks = FirstRetryInterval.Ticks * Math.Pow(BackoffCoefficient, attemptNumber - 1);
        return ticks >= ceiling.Ticks ? ceiling : TimeSpan.FromTicks((long)ticks);
    }

    private static TimeSpan AtLeastFirst(TimeSpan? value, TimeSpan first, string name)
    {
        if (value is null || value == Timeout.InfiniteTimeSpan) return Timeout.InfiniteTimeSpan;
        ArgumentOutOfRangeException.ThrowIfLessThan(value.Value, first, name);
        return value.Value;
    }
}
