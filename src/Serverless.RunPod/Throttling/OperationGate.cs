namespace Serverless.RunPod.Throttling;

/// <summary>Keeps one operation under its limits: so many calls per window, so many at once.</summary>
internal sealed class OperationGate(int callsPerWindow, int callsAtOnce, double share, TimeProvider time) : IDisposable
{
    private readonly TokenBucket _tokens = new(Part(callsPerWindow, share), RunPodLimits.RateWindow, time);
    private readonly SemaphoreSlim _places = new(Part(callsAtOnce, share));

    /// <summary>Completes when a call may start. The caller must call <see cref="Leave"/> after it.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
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
        _places.Dispose();
    }

    private static int Part(int limit, double share) => Math.Max(1, (int)(limit * share));
}
