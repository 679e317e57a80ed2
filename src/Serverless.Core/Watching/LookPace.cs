namespace Serverless.Core.Watching;

/// <summary>Lets so many looks through a second, evenly, and some together after a pause or when this machine was busy. Not
/// thread-safe.</summary>
internal sealed class LookPace(double perSecond, TimeProvider time)
{
    private const double Burst = 50;

    private long _countedAt = time.GetTimestamp();
    private double _credit = Burst;

    /// <summary>Takes the right to a look.</summary>
    /// <returns>Zero, or how long to wait before asking again.</returns>
    public TimeSpan Take()
    {
        var now = time.GetTimestamp();
        _credit = Math.Min(Burst, _credit + time.GetElapsedTime(_countedAt, now).TotalSeconds * perSecond);
        _countedAt = now;
        if (_credit >= 1)
        {
            _credit--;
            return TimeSpan.Zero;
        }

        // Task.Delay drops parts of a millisecond.
        return TimeSpan.FromMilliseconds(Math.Ceiling(1000 * (1 - _credit) / perSecond));
    }
}
