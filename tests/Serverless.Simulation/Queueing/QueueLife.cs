using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Pods;
using Serverless.Simulation.Running;
using Serverless.TestKit;

namespace Serverless.Simulation.Queueing;

/// <summary>One queue after the other on the same file, on a clock that is driven. Nothing is committed but by <see cref="Commit"/>.
/// </summary>
internal sealed class QueueLife : IDisposable
{
    public static readonly TimeSpan JobTimeout = TimeSpan.FromMinutes(3);

    private readonly string _path;
    private readonly long _begunAt;
    private PodQueue? _queue;

    public QueueLife(string path)
    {
        _path = path;
        _begunAt = Clock.GetTimestamp();
    }

    public ManualClock Clock { get; } = new();

    /// <summary>How much time went by, by a clock that nobody sets.</summary>
    public TimeSpan Elapsed => Clock.GetElapsedTime(_begunAt);

    public PodQueue Queue => _queue ??= Open();

    /// <summary>Commits what was called, and gives the answer.</summary>
    public T Answer<T>(Task<T> called)
    {
        if (Queue.Commits.Queued > 0) Commit();
        return called.GetAwaiter().GetResult();
    }

    public void Commit() => SimulationFailure.Unless(Queue.Commits.CommitQueued(), "A commit failed.");

    /// <summary>Dies as a killed process does: what is not committed has never been.</summary>
    public void Die()
    {
        _queue?.Abandon();
        _queue = null;
    }

    public void Dispose() => Die();

    private PodQueue Open()
    {
        var queue = PodQueue.Open(
            new QueueOptions { Path = _path, JobTimeout = JobTimeout },
            Clock,
            NullLogger.Instance,
            new QueueHooks { Commits = false, Sweeps = false, Opened = Sql.DoNotFlush });
        var sweep = queue.SweepAsync();
        SimulationFailure.Unless(queue.Commits.CommitQueued(), "A commit failed.");
        sweep.GetAwaiter().GetResult();
        return queue;
    }
}
