namespace Serverless.RunPod;

/// <summary>How patiently RunPod is talked to. The defaults suit a run of any size.</summary>
public sealed record RunPodOptions
{
    /// <summary>How long one call may take, its answer's body included. Default 30 s; 1 s to 10 min.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long connecting may take. Default 10 s; 1 s to 2 min. Keep it below <see cref="CallTimeout"/>: a
    /// submission that cannot connect is known not to have been taken, one that times out later is not.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection is kept before its address is looked up again. Default 5 min; 10 s to
    /// 1 day.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a failed call is repeated within one operation. Default 3; 0 to 10.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>The median wait before the first repetition; later ones grow from it, with jitter. Default 1 s; 10 ms
    /// to 1 min.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a repetition that RunPod did not ask for. Default 15 s; 10 ms to
    /// 5 min.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait that RunPod may ask for with Retry-After; a longer wish is cut to it. Default 1 min;
    /// 1 s to 10 min.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an operation rests after a 429 that does not say how long. Default 2 s; 100 ms to
    /// 1 min.</summary>
    public TimeSpan RateLimitPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The part of RunPod's rate limits that this process uses. Default 0.9; above 0 to 1. Lower it where
    /// several processes share an endpoint.</summary>
    public double RateShare { get; init; } = 0.9;

    /// <summary>Calls to POST /run in ten seconds that RunPod takes. Default 1,000, as documented; 1 to 100,000. It takes more
    /// where many workers run.</summary>
    public int RunCallsPerWindow { get; init; } = RunPodLimits.RunCallsPerWindow;

    /// <summary>How long after its submission a job that RunPod says it does not know is taken to be queued. Default
    /// 150 s; 0 to 1 h.</summary>
    public TimeSpan VisibilityGrace { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>The largest answer that is read, in bytes. Default 64 MiB; 64 KiB to 1 GiB.</summary>
    public int MaxResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The part of the calls within <see cref="BreakerWindow"/> that must fail before calls are held back.
    /// Default 0.8; above 0 to 1. Rate limits and refusals are no failures here.</summary>
    public double BreakerFailureRatio { get; init; } = 0.8;

    /// <summary>How many calls there must be within <see cref="BreakerWindow"/> before calls are held back. Default 10;
    /// 2 to 10,000.</summary>
    public int BreakerMinimumCalls { get; init; } = 10;

    /// <summary>How far back failures are counted. Default 30 s; 1 s to 10 min.</summary>
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long calls are held back before one is let through to try. Default 15 s; 1 s to 10 min.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; names it and the range.</exception>
    public RunPodOptions Validate()
    {
        var minute = TimeSpan.FromMinutes(1);
        Within(nameof(CallTimeout), CallTimeout, TimeSpan.FromSeconds(1), 10 * minute);
        Within(nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromSeconds(1), 2 * minute);
        Within(nameof(ConnectionLifetime), ConnectionLifetime, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1));
        Within(nameof(MaxRetries), MaxRetries, 0, 10);
        Within(nameof(RetryDelay), RetryDelay, TimeSpan.FromMilliseconds(10), minute);
        Within(nameof(MaxRetryDelay), MaxRetryDelay, TimeSpan.FromMilliseconds(10), 5 * minute);
        Within(nameof(MaxRetryAfter), MaxRetryAfter, TimeSpan.FromSeconds(1), 10 * minute);
        Within(nameof(RateLimitPause), RateLimitPause, TimeSpan.FromMilliseconds(100), minute);
        Within(nameof(RateShare), RateShare, double.Epsilon, 1.0);
        Within(nameof(RunCallsPerWindow), RunCallsPerWindow, 1, 100_000);
        Within(nameof(VisibilityGrace), VisibilityGrace, TimeSpan.Zero, TimeSpan.FromHours(1));
        Within(nameof(MaxResponseBytes), MaxResponseBytes, 64 * 1024, 1024 * 1024 * 1024);
        Within(nameof(BreakerFailureRatio), BreakerFailureRatio, double.Epsilon, 1.0);
        Within(nameof(BreakerMinimumCalls), BreakerMinimumCalls, 2, 10_000);
        Within(nameof(BreakerWindow), BreakerWindow, TimeSpan.FromSeconds(1), 10 * minute);
        Within(nameof(BreakDuration), BreakDuration, TimeSpan.FromSeconds(1), 10 * minute);
        return this;
    }

    private static void Within<T>(string name, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0) return;
        var lower = least is double.Epsilon ? "more than 0" : $"{least}";
        throw new ArgumentOutOfRangeException(name, value, $"RunPod option {name} must be from {lower} to {most}.");
    }
}
