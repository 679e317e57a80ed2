namespace Serverless.Engine;

/// <summary>How the embedded engine runs.</summary>
public sealed record EngineOptions
{
    /// <summary>The SQLite file; created when it is not there. Its folder must exist.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>Activities at once. Default 64, at least 1 (host.json:
    /// <c>extensions.durableTask.maxConcurrentActivityFunctions</c>).</summary>
    public int MaxConcurrentActivities { get; init; } = 64;

    /// <summary>Activities of one name at once; names not given here share the bound above. Default none,
    /// each at least 1.</summary>
    public IReadOnlyDictionary<string, int> MaxConcurrentActivitiesByName { get; init; } =
        new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>After how long without an event an instance leaves memory. Default 30 s, more than zero.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether every unfinished instance goes on when the engine starts. Default true. Otherwise only those
    /// given to <see cref="DurableEngine.Activate"/> do.</summary>
    public bool ActivateAll { get; init; } = true;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(DatabasePath);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrentActivities, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTimeout, TimeSpan.Zero);
        foreach (var (name, max) in MaxConcurrentActivitiesByName)
        {
            if (max >= 1) continue;
            throw new ArgumentOutOfRangeException(
                nameof(MaxConcurrentActivitiesByName), max, $"Activity '{name}' may run {max} at once; at least 1 is needed.");
        }
    }
}
