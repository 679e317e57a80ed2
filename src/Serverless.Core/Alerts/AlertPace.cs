namespace Serverless.Core.Alerts;

/// <summary>How often an alert that was not taken is sent again.</summary>
public static class AlertPace
{
    private const double FirstSec = 5;
    private const double LongestSec = 300;
    private const double LongestAskedSec = 3_600;

    /// <summary>5 s, then twice as long each time up to five minutes; no less than the receiver asks for, up to an hour.</summary>
    /// <param name="tries">How often it was sent, from 1.</param>
    /// <param name="askedSec">What the receiver asks for.</param>
    public static TimeSpan After(int tries, double? askedSec)
    {
        var own = Math.Min(LongestSec, FirstSec * Math.Pow(2, Math.Min(tries, 10) - 1));
        return TimeSpan.FromSeconds(Math.Max(own, Math.Clamp(askedSec ?? 0, 0, LongestAskedSec)));
    }
}
