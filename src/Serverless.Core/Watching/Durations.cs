using Serverless.Core.Jobs;

namespace Serverless.Core.Watching;

/// <summary>How long the jobs of a run took of late. Tells before which instant none has ever ended.</summary>
internal sealed class Durations
{
    private const int Kept = 64;

    private readonly Queue<(double Delay, double PerFlashpoint)> _recent = new();
    private double _leastDelay;
    private double _leastPerFlashpoint;

    public bool IsEmpty => _recent.Count == 0;

    /// <summary>A job has completed.</summary>
    /// <returns>True when it is the first: looks that were planned without it may be too many or too few.</returns>
    public bool Add(TimeSpan delay, TimeSpan execution, int flashpoints)
    {
        var wasEmpty = IsEmpty;
        if (_recent.Count == Kept) _recent.Dequeue();
        _recent.Enqueue((delay.TotalSeconds, execution.TotalSeconds / Math.Max(1, flashpoints)));
        _leastDelay = _recent.Min(taken => taken.Delay);
        _leastPerFlashpoint = _recent.Min(taken => taken.PerFlashpoint);
        return wasEmpty;
    }

    /// <summary>When a job may end at the earliest, judged by the others; null when none has ended.</summary>
    public DateTimeOffset? EarliestEnd(WatchedJob job)
    {
        if (IsEmpty) return null;
        var execution = TimeSpan.FromSeconds(_leastPerFlashpoint * job.Flashpoints);
        if (job.State != JobState.Queued) return job.SubmittedAt + (job.Delay ?? TimeSpan.FromSeconds(_leastDelay)) + execution;
        var usual = job.SubmittedAt + TimeSpan.FromSeconds(_leastDelay);

        // Seen waiting: it has not begun before that.
        var begun = job.SeenAt is { } seen && seen > usual ? seen : usual;
        return begun + execution;
    }
}
