namespace Serverless.RunPod.Throttling;

/// <summary>Keeps one operation under its limits: so many calls per window, so many at once.</summary>
/// <param name="callsPerWindow">Its limit in ten seconds.</param>
/// <param name="callsAtOnce">Its limit at the same time.</param>
/// <param name="share">The part of both that is used.</param>
/// <param name="time">The clock.</param>
/// <param name="evenly">Whether calls are spread over the window: jobs that begin together end together, and then their ends
/// take long to see.</param>
internal sealed class OperationGate(
    int callsPerWindow, int callsAtOnce, double share, TimeProvider time, bool evenly = false) : IDisposable
{
    /// <summary>How finely calls are spread: what begins together here ends together, and has to be seen at once. Not finer, for a busy
    /// machine wakes late.</summary>
    private static readonly TimeSpan EvenWindow = TimeSpan.FromSeconds(0.2);

    /// <summary>A little faster than the even pace, so that a short pause is made up for.</summary>
    private const double EvenSpeed = 1.05;

    private readonly TokenBucket _tokens = new(Part(callsPerWindow, share), RunPodLimits.RateWindow, time);
    private readonly SemaphoreSlim _places = new(Part(callsAtOnce, share));

    /// <summary>Null: calls may come in a burst.</summary>
    private readonly TokenBucket? _even = !evenly
        ? null
        : new TokenBucket((int)Math.Ceiling(EvenSpeed * callsPerWindow * share * EvenWindow / RunPodLimits.RateWindow), EvenWindow, time);

    /// <summary>Completes when a call may start. The caller must call <see cref="Leave"/> after it.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            if (_even is not null) await _even.TakeAsync(cancellationToken);
            await _tokens.TakeAsync(cancellationToken);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    public void Leave() => _places.Release();

    public void SlowDown(TimeSpan pause) => _tokens.SlowDown(pause);

    public void Dispose()
    {
        _tokens.Dispose();
        _even?.Dispose();
        _places.Dispose();
    }

    private static int Part(int limit, double share) => Math.Max(1, (int)(limit * share));
}
