using NCrontab;

namespace Serverless.Host.Schedule;

/// <summary>
/// The instants of a schedule: NCrontab's times of day in a time zone. As in Azure Functions, a time that a spring day skips
/// comes that much later (02:30 becomes 03:30), and one that an autumn day has twice comes once, the first time.
/// </summary>
public sealed class DailySchedule
{
    /// <summary>More than any clock was ever moved by, but for days that were left out whole.</summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromHours(3);

    private readonly CrontabSchedule _times;

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is none with six fields.</exception>
    public DailySchedule(string expression, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        (Expression, Zone) = (expression, zone);
        _times = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            ?? throw new FormatException($"\"{expression}\" is no NCRONTAB expression of six fields.");
    }

    /// <summary>The expression, as written.</summary>
    public string Expression { get; }

    /// <summary>The zone of its times.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The day of an instant.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant));

    /// <summary>The first instant after another, or null when none comes (30 February).</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        DateTimeOffset? next = null;
        foreach (var time in TimesFrom(after))
        {
            // A skipped time comes after some that are later by the clock; so look that far on.
            if (next is { } found && time >= Local(found)) break;
            if (InstantOf(time) is var instant && instant > after && !(instant >= next)) next = instant;
        }

        return next;
    }

    /// <summary>The last instant after one and not after another, or null when there is none.</summary>
    public DateTimeOffset? Latest(DateTimeOffset after, DateTimeOffset until)
    {
        DateTimeOffset? latest = null;
        foreach (var time in TimesFrom(after))
        {
            // Where a day has an hour twice, a time of its first pass is later by the clock than one of the second.
            if (time > Local(until) + MaxGap) break;
            if (InstantOf(time) is var instant && instant > after && instant <= until && !(instant <= latest)) latest = instant;
        }

        return latest;
    }

    private IEnumerable<DateTime> TimesFrom(DateTimeOffset instant) =>
        _times.GetNextOccurrences(Local(instant) - MaxGap, DateTime.MaxValue);

    private DateTime Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone).DateTime;

    /// <summary>Goes by the offsets of instants: of zones whose winter is the exception (Europe/Dublin), .NET knows neither
    /// skipped nor doubled times.</summary>
    private DateTimeOffset InstantOf(DateTime time)
    {
        var day = TimeSpan.FromDays(1);
        var before = Zone.GetUtcOffset(At(time, TimeSpan.Zero) - day);
        var after = Zone.GetUtcOffset(At(time, TimeSpan.Zero) + day);
        var first = At(time, before > after ? before : after);
        var second = At(time, before > after ? after : before);
        if (Local(first) == time) return first;

        // Skipped: the clock that held until then would have shown it at that instant, which is the later one.
        return second;
    }

    private static DateTimeOffset At(DateTime time, TimeSpan offset) => new DateTimeOffset(time, offset).ToUniversalTime();
}
