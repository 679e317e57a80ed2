namespace Serverless.RunPod.Throttling;

/// <summary>
/// Which part of a limit is used. Half after a 429, for the limit is then lower than was thought, or others use it too; then
/// a tenth more for each window without one. Instants as those of <see cref="SlidingWindow"/>. Not thread-safe.
/// </summary>
internal sealed class AdaptiveShare(TimeSpan window)
{
    private const double Least = 1.0 / 16;
    private const double Step = 0.1;

    private double _share = 1;
    private TimeSpan _changedAt;

    /// <summary>The part, more than 0 and at most 1.</summary>
    public double At(TimeSpan now)
    {
        var windows = (int)((now - _changedAt) / window);
        if (_share >= 1 || windows == 0) return _share;
        _share = Math.Min(1, _share + windows * Step);
        _changedAt += windows * window;
        return _share;
    }

    /// <summary>RunPod refused a call. Of those on their way together only the first counts.</summary>
    public void OnRefused(TimeSpan now)
    {
        if (_share < 1 && now - _changedAt < window / 2) return;
        _share = Math.Max(Least, At(now) / 2);
        _changedAt = now;
    }
}
