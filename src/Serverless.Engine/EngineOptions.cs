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

    /// <summary>How often the process may die while an activity is running. An activity that has seen that many deaths is
    /// failed with the error type <c>ActivityPoisoned</c> instead of being run for ever; what ran beside it has seen them
    /// too. A power cut is not counted, nor is a stop. Default 10, 1 to 1,000.</summary>
    public int MaxInterruptions { get; init; } = 10;

    /// <summary>After how long without an event an instance leaves memory. Default 30 s, more than zero.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether every unfinished instance goes on when the engine starts. Default true. Otherwise only those
    /// given to <see cref="DurableEngine.Activate"/> do.</summary>
    public bool ActivateAll { get; init; } = true;

    /// <summary>Told the id of a root instance when its end is on the disk, before anybody who waits for it. Not told when
    /// the process dies in between. Must not throw. Default: nobody.</summary>
    public Action<string>? OnRootEnded { get; init; }

    internal EngineBounds Bounds { get; init; } = EngineBounds.Default;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(DatabasePath);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrentActivities, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInterruptions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxInterruptions, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTimeout, TimeSpan.Zero);
        foreach (var (name, max) in MaxConcurrentActivitiesByName)
        {
            if (max >= 1) continue;
            throw new ArgumentOutOfRangeException(
                nameof(MaxConcurrentActivitiesByName), max, $"Activity '{name}' may run {max} at once; at least 1 is needed.");
        }
    }
}
