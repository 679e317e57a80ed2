namespace Serverless.Engine.Runtime;

/// <summary>
/// Runs activities, at most so many at once, in all and of each name. A slot is held until the result is on the disk:
/// so after a crash at most as many calls are made again as there are slots.
/// </summary>
internal sealed class ActivityDispatcher
{
    private readonly Lock _gate = new();
    private readonly IWorkScheduler _work;
    private readonly int _maxConcurrent;
    private readonly IReadOnlyDictionary<string, int> _maxConcurrentByName;
    private readonly Lane _common;
    private readonly Dictionary<string, Lane> _limited = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _enqueued;
    private int _running;
    private bool _stopped;

    public ActivityDispatcher(
        IWorkScheduler work, int maxConcurrent, IReadOnlyDictionary<string, int> maxConcurrentByName)
    {
        _work = work;
        _maxConcurrent = maxConcurrent;
        _maxConcurrentByName = maxConcurrentByName;
        _common = new Lane(maxConcurrent);
    }

    /// <summary>How many wait for a slot.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _common.Waiting.Count + _limited.Values.Sum(lane => lane.Waiting.Count);
        }
    }

    /// <summary>How many hold a slot.</summary>
    public int Running
    {
        get
        {
            lock (_gate) return _running;
        }
    }

    public void Enqueue(ActivityRun run)
    {
        lock (_gate)
        {
            if (_stopped) return;
            LaneOf_NeedsLock(run.Name).Waiting.Enqueue((_enqueued++, run));
        }

        StartWhatFits();
    }

    /// <summary>Starts nothing more; completes when nothing runs any more.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stopped = true;
            if (_running == 0) _idle.TrySetResult();
        }

        return _idle.Task;
    }

    /// <summary>Called by a run whose result is settled.</summary>
    public void Release(ActivityRun run)
    {
        lock (_gate)
        {
            _running--;
            LaneOf_NeedsLock(run.Name).Running--;
            if (_stopped && _running == 0) _idle.TrySetResult();
        }

        StartWhatFits();
    }

    private void StartWhatFits()
    {
        while (true)
        {
            ActivityRun? next;
            lock (_gate)
            {
                if (_stopped || _running >= _maxConcurrent) return;
                next = Next_NeedsLock();
                if (next is null) return;
                _running++;
            }

            _work.Queue(next);
        }
    }

    /// <summary>The run that has waited longest among those whose lane has room.</summary>
    private ActivityRun? Next_NeedsLock()
    {
        var next = _common;
        foreach (var lane in _limited.Values)
        {
            if (lane.Next < next.Next) next = lane;
        }

        return next.Next == Lane.Nothing ? null : next.Take();
    }

    private Lane LaneOf_NeedsLock(string name)
    {
        if (_limited.TryGetValue(name, out var lane)) return lane;
        if (!_maxConcurrentByName.TryGetValue(name, out var max)) return _common;
        return _limited[name] = new Lane(max);
    }

    /// <summary>Activities that share one bound.</summary>
    private sealed class Lane(int max)
    {
        public const long Nothing = long.MaxValue;

        public Queue<(long Number, ActivityRun Run)> Waiting { get; } = new();

        public int Running { get; set; }

        /// <summary>The number of the run that may start next, or <see cref="Nothing"/>.</summary>
        public long Next => Running < max && Waiting.TryPeek(out var first) ? first.Number : Nothing;

        public ActivityRun Take()
        {
            Running++;
            return Waiting.Dequeue().Run;
        }
    }
}
