namespace Serverless.Host.Tests.Schedule;

/// <summary>A whole year of the daily timer, in virtual time.</summary>
public sealed class YearTests
{
    /// <summary>The zone, the time of day, and the days whose run comes at another time.</summary>
    public static TheoryData<string, string, string?, string?> Years => new()
    {
        { "UTC", "02:30", null, null },
        { "Europe/Berlin", "02:30", "2025-03-30", "03:30" },
        { "America/New_York", "02:30", "2025-03-09", "03:30" },
        { "America/New_York", "01:30", null, null },
        { "Europe/Dublin", "01:30", "2025-03-30", "02:30" },
    };

    [Theory]
    [MemberData(nameof(Years))]
    public async Task Timer_ThroughAYear_StartsEachDayOnce(string zone, string timeOfDay, string? springDay, string? springTime)
    {
        var time = TimeOnly.Parse(timeOfDay, System.Globalization.CultureInfo.InvariantCulture);
        await using var timer = new TimerHarness(
            new DateTimeOffset(2024, 12, 31, 12, 0, 0, TimeSpan.Zero), zone, $"0 {time.Minute} {time.Hour} * * *");
        await timer.StartTimerAsync();

        await timer.DriveToAsync(new DateTimeOffset(2025, 12, 31, 12, 0, 0, TimeSpan.Zero));

        var days = Enumerable.Range(0, 365).Select(day => new DateOnly(2025, 1, 1).AddDays(day)).ToList();
        timer.Tries.Select(start => start.Date).ShouldBe(days);
        timer.Starts.Count.ShouldBe(365);
        foreach (var (date, at) in timer.Starts)
        {
            var local = TimeZoneInfo.ConvertTime(at, timer.Schedule.Zone);
            DateOnly.FromDateTime(local.DateTime).ShouldBe(date);
            local.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)
                .ShouldBe($"{(date.ToString("o") == springDay ? springTime : timeOfDay)}:00", date.ToString("o"));
        }
    }
}
