namespace Serverless.Agent.Supervision;

/// <summary>How often a worker was started again, and whether it may be once more.</summary>
internal sealed class RestartBudget(int maxPerHour, TimeSpan firstPause, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>A worker that dies so seldom never uses up the restarts of an hour: it is not in a crash loop, or not any more.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _recent = new();
    private long _askedAt = clock.GetTimestamp();

    /// <summary>Restarts since this process began.</summary>
    public int Total { get; private set; }

    /// <summary>When those of the last hour were.</summary>
    public IReadOnlyList<DateTimeOffset> Recent
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return [.. _recent];
            }
        }
    }

    /// <summary>Whether it is long since a restart was asked for, or since this process began.</summary>
    public bool WasQuiet
    {
        get
        {
            lock (_gate) return clock.GetElapsedTime(_askedAt) >= Quiet;
        }
    }

    /// <summary>Takes one restart.</summary>
    /// <returns>How long to wait before it, or null when there were too many.</returns>
    public TimeSpan? TryTake()
    {
        lock (_gate)
        {
            _askedAt = clock.GetTimestamp();
            Forget();
            if (_recent.Count >= maxPerHour) return null;
            var pause = firstPause * Math.Pow(2, _recent.Count);
            _recent.Enqueue(clock.GetUtcNow());
            Total++;
            return pause < LongestPause ? pause : LongestPause;
        }
    }

    /// <summary>A person has looked: all are allowed again.</summary>
    public void Reset()
    {
        lock (_gate) _recent.Clear();
    }

    private void Forget()
    {
        while (_recent.TryPeek(out var oldest) && clock.GetUtcNow() - oldest >= Window) _recent.Dequeue();
    }
}
