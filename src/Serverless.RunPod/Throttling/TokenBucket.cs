namespace Serverless.RunPod.Throttling;

/// <summary>Lets at most <paramref name="capacity"/> callers through in any window of time, in the order they came; fewer for a
/// while after it was told that these were too many.</summary>
internal sealed class TokenBucket(int capacity, TimeSpan window, TimeProvider time) : IDisposable
{
    private readonly long _start = time.GetTimestamp();
    private readonly SlidingWindow _tokens = new(capacity, window);
    private readonly AdaptiveShare _share = new(window);
    private readonly Lock _gate = new();

    // Whoever holds the turn is next in line for a token; the others wait for the turn, first come first served.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Completes with a token taken. Cancelling gives the place in line up and costs no token.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (TakeOrWait() is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>It was too fast: lets nobody through for a while from now, and then fewer than before.</summary>
    public void SlowDown(TimeSpan pause)
    {
        lock (_gate)
        {
            var now = Now;
            _tokens.PauseUntil(now + pause);
            _share.OnRefused(now);
        }
    }

    public void Dispose() => _turn.Dispose();

    private TimeSpan Now => time.GetElapsedTime(_start);

    private TimeSpan TakeOrWait()
    {
        lock (_gate)
        {
            var now = Now;
            _tokens.Capacity = Math.Max(1, (int)Math.Round(capacity * _share.At(now)));
            var wait = _tokens.NextAt - now;
            if (wait <= TimeSpan.Zero)
            {
                _tokens.Take(now);
                return TimeSpan.Zero;
            }

            // Task.Delay drops parts of a millisecond, which would make the last one a busy loop.
            return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        }
    }
}
