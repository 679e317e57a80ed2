using System.Globalization;

namespace Serverless.Core;

/// <summary>Durations for people.</summary>
public static class TimeText
{
    /// <summary>Such as <c>0.3 s</c>, <c>2m 05s</c>, <c>3h 00m</c>, <c>2d 01h</c>.</summary>
    public static string Show(TimeSpan time) => time switch
    {
        { Ticks: < 0 } => Show(TimeSpan.Zero),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => $"{time.Minutes}m {time.Seconds:00}s",
        { TotalDays: < 1 } => $"{time.Hours}h {time.Minutes:00}m",
        _ => $"{time.Days}d {time.Hours:00}h",
    };
}
