namespace Serverless.Engine.Runtime;

/// <summary>Wakes instances when their next timer is due. One machine timer serves all.</summary>
internal sealed class TimerQueue : IDisposable
{
    /// <summary>The machine's timers do not reach further than 49 days; a day is far enough to look again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly Action<string> _wake;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<string, DateTime> _due = new();
    private readonly ITimer _timer;
    private DateTime _armedFor = DateTime.MaxValue;
    private bool _disposed;

    public TimerQueue(TimeProvider time, Action<string> wake)
    {
        _time = time;
        _wake = wake;
        _timer = time.CreateTimer(static queue => ((TimerQueue)queue!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes the instance at or after <paramref name="at"/>. Waking it for nothing does no harm.</summary>
    public void Schedule(string instanceId, DateTime at)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _due.Enqueue(instanceId, at);
            if (at < _armedFor) Arm_NeedsLock(at);
        }
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _timer.Dispose();
    }

    private void Fire()
    {
        var woken = new List<string>();
        lock (_gate)
        {
            if (_disposed) return;
            var now = _time.GetUtcNow().UtcDateTime;
            while (_due.TryPeek(out _, out var at) && at <= now) woken.Add(_due.Dequeue());
            _armedFor = DateTime.MaxValue;
            if (_due.TryPeek(out _, out var next)) Arm_NeedsLock(next);
        }

        foreach (var instanceId in woken) _wake(instanceId);
    }

    private void Arm_NeedsLock(DateTime at)
    {
        _armedFor = at;
        var wait = at - _time.GetUtcNow().UtcDateTime;

        // Whole milliseconds, rounded up: the machine's timer would otherwise fire a little early and be set again.
        var milliseconds = Math.Ceiling(Math.Clamp(wait.TotalMilliseconds, 0, LongestWait.TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }
}
