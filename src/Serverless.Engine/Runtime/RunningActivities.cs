using System.Collections.Concurrent;
using Serverless.Durable;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine.Runtime;

/// <summary>
/// Knows which activities run, and which of them have taken the process down so often that they are failed and not run
/// again. Whatever ran at the same time is counted too, for nobody can tell which of them it was.
/// </summary>
internal sealed class RunningActivities : IDisposable
{
    private readonly ConcurrentDictionary<(long Instance, int Task), int> _poisoned;
    private readonly RunningSlots _slots;

    /// <summary>Counts what ran when the process before died; only then its slots are used again.</summary>
    /// <exception cref="EngineException">The disk refuses.</exception>
    public RunningActivities(EngineOptions options, SqliteFile database)
    {
        var left = RunningSlots.Left(database.Path);
        _poisoned = new(Interruptions.Count(database.Writer, left, options.MaxInterruptions));
        _slots = RunningSlots.Open(
            database.Path, Math.Min(options.MaxConcurrentActivities, EngineLimits.MaxWatchedActivities));
    }

    /// <returns>The slot, to be given to <see cref="End"/>.</returns>
    public int Begin(long instanceKey, int taskId) => _slots.Take(instanceKey, taskId);

    public void End(int slot) => _slots.Clear(slot);

    /// <summary>Why an activity is not run; null when it is.</summary>
    public FailureDetails? Refusal(long instanceKey, int taskId, string name)
    {
        if (!_poisoned.TryGetValue((instanceKey, taskId), out var times)) return null;
        return new FailureDetails(
            "ActivityPoisoned",
            $"The process died {times} times while activity '{name}' (#{taskId}) was running, so it is not run again. " +
            "Find out whether it takes the process down; rewinding the instance then runs it once more.");
    }

    /// <summary>The instance is rewound: its activities get another chance.</summary>
    public void Forgive(long instanceKey)
    {
        foreach (var activity in _poisoned.Keys.Where(activity => activity.Instance == instanceKey))
            _poisoned.TryRemove(activity, out _);
    }

    public void Dispose() => _slots.Dispose();
}
