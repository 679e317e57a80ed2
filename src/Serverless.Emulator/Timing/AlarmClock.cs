namespace Serverless.Emulator.Timing;

/// <summary>Calls back at set times, with one timer for all. An alarm is cheap to set and to drop.</summary>
internal sealed class AlarmClock : IDisposable
{
    // A dropped alarm stays in the heap until it is due or until dropped ones are the majority.
    private const int RebuildAbove = 256;

    // Timers take at most 49 days; waking up once a day for a far alarm costs nothing.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Alarm, (TimeSpan Due, long Order)> _alarms = new();
    private readonly ITimer _timer;
    private readonly long _origin;
    private long _order;
    private int _dropped;
    private bool _disposed;

    public AlarmClock(TimeProvider time)
    {
        Time = time;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The clock behind this one.</summary>
    public TimeProvider Time { get; }

    /// <summary>The time since this clock was made. Steps of the wall clock do not show.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_origin);

    /// <summary>Calls <paramref name="action"/> once <see cref="Now"/> reaches <paramref name="due"/>.</summary>
    public Alarm Set(TimeSpan due, Action action)
    {
        var alarm = new Alarm(this, action);
        lock (_gate)
        {
            _alarms.Enqueue(alarm, (due, _order++));
            if (_alarms.Peek() == alarm) Sleep_NeedsLock(due);
        }

        return alarm;
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _timer.Dispose();
    }

    private void Ring()
    {
        while (TakeDue() is { } action) action();
    }

    private Action? TakeDue()
    {
        lock (_gate)
        {
            while (_alarms.TryPeek(out var alarm, out var at))
            {
                if (alarm.Action is not null && at.Due > Now)
                {
                    Sleep_NeedsLock(at.Due);
                    return null;
                }

                _alarms.Dequeue();
                if (alarm.Action is not { } action) _dropped--;
                else
                {
                    alarm.Action = null;
                    return action;
                }
            }

            return null;
        }
    }

    private void Sleep_NeedsLock(TimeSpan due)
    {
        if (_disposed) return;
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (due - Now).TotalMilliseconds)));
        _timer.Change(wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
    }

    private void Drop(Alarm alarm)
    {
        lock (_gate)
        {
            if (alarm.Action is null) return;
            alarm.Action = null;
            if (++_dropped > RebuildAbove && _dropped > _alarms.Count / 2) Rebuild_NeedsLock();
        }
    }

    private void Rebuild_NeedsLock()
    {
        var live = _alarms.UnorderedItems.Where(item => item.Element.Action is not null).ToList();
        _alarms.Clear();
        _alarms.EnqueueRange(live);
        _dropped = 0;
    }

    /// <summary>A call that is set.</summary>
    internal sealed class Alarm(AlarmClock clock, Action action)
    {
        internal Action? Action { get; set; } = action;

        /// <summary>Takes the call back, and lets go of what it holds. No effect once it was made.</summary>
        public void Drop() => clock.Drop(this);
    }
}
