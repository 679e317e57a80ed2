namespace Serverless.Agent.Supervision;

/// <summary>How often a worker was started again, and whether it may be once more.</summary>
internal sealed class RestartBudget(int maxPerHour, TimeSpan firstPause, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _recent = new();

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

    /// <summary>Takes one restart.</summary>
    /// <returns>How long to wait before it, or null when there were too many.</returns>
    public TimeSpan? TryTake()
    {
        lock (_gate)
        {
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
