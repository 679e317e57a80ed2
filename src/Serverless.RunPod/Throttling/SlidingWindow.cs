namespace Serverless.RunPod.Throttling;

/// <summary>
/// Tokens that each come back one window after they were taken, so that no window, wherever it begins, holds more than
/// <see cref="Capacity"/> of them. RunPod counts in fixed windows whose beginnings nobody knows.
/// Instants count from a beginning of the owner's own, so none is below zero. Not thread-safe.
/// </summary>
internal sealed class SlidingWindow(int capacity, TimeSpan length)
{
    private readonly Queue<TimeSpan> _taken = new();
    private TimeSpan _pausedUntil;

    /// <summary>How many tokens a window holds. Less takes effect as those that were taken come back.</summary>
    public int Capacity { get; set; } = capacity;

    /// <summary>The first instant at which a token may be taken, which may have passed.</summary>
    public TimeSpan NextAt
    {
        get
        {
            var returned = _taken.Count < Capacity ? TimeSpan.Zero : _taken.ElementAt(_taken.Count - Capacity) + length;
            return returned > _pausedUntil ? returned : _pausedUntil;
        }
    }

    /// <summary>Takes a token.</summary>
    /// <exception cref="InvalidOperationException">It is earlier than <see cref="NextAt"/>.</exception>
    public void Take(TimeSpan now)
    {
        if (now < NextAt) throw new InvalidOperationException($"No token before {NextAt}; it is {now}.");
        while (_taken.TryPeek(out var oldest) && oldest + length <= now) _taken.Dequeue();
        _taken.Enqueue(now);
    }

    /// <summary>Gives no token before an instant. An earlier end never shortens a pause.</summary>
    public void PauseUntil(TimeSpan instant)
    {
        if (instant > _pausedUntil) _pausedUntil = instant;
    }
}
