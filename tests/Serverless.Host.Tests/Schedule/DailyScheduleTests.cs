using System.Globalization;
using Serverless.Core.Settings;
using Serverless.Host.Schedule;

namespace Serverless.Host.Tests.Schedule;

public sealed class DailyScheduleTests
{
    /// <summary>The examples of Azure Functions' documentation, and the rules that they leave open.</summary>
    [Theory]
    [InlineData("0 */5 * * * *", "2025-01-01 00:00:00", "00:05:00", "00:10:00", "00:15:00")]
    [InlineData("0 5 * * * *", "2025-01-01 00:00:00", "00:05:00", "01:05:00", "02:05:00")]
    [InlineData("5,8,10 * * * * *", "2025-01-01 00:00:00", "00:00:05", "00:00:08", "00:00:10")]
    [InlineData("0 5-7 * * * *", "2025-01-01 00:00:00", "00:05:00", "00:06:00", "00:07:00")]
    [InlineData("0 0 * * * *", "2025-01-01 00:00:00", "01:00:00", "02:00:00", "03:00:00")]
    [InlineData("0 0 */2 * * *", "2025-01-01 00:00:00", "02:00:00", "04:00:00", "06:00:00")]
    [InlineData("0 0 9-17 * * *", "2025-01-01 15:30:00", "16:00:00", "17:00:00", "2025-01-02 09:00:00")]
    [InlineData("0 30 9 * * *", "2025-01-01 00:00:00", "09:30:00", "2025-01-02 09:30:00", "2025-01-03 09:30:00")]
    [InlineData("0 30 9 * * 1-5", "2025-01-03 10:00:00", "2025-01-06 09:30:00", "2025-01-07 09:30:00", "2025-01-08 09:30:00")]
    [InlineData("0 30 9 * Jan Mon", "2025-01-20 09:30:00", "2025-01-27 09:30:00", "2026-01-05 09:30:00", "2026-01-12 09:30:00")]
    [InlineData("0 0 0 * * 0", "2025-01-01 00:00:00", "2025-01-05 00:00:00", "2025-01-12 00:00:00", "2025-01-19 00:00:00")]
    [InlineData("0 0 2 * * saturday,SUN", "2025-01-01 00:00:00", "2025-01-04 02:00:00", "2025-01-05 02:00:00", "2025-01-11 02:00:00")]
    [InlineData("0 10-30/10 2 * * *", "2025-01-01 00:00:00", "02:10:00", "02:20:00", "02:30:00")]
    [InlineData("0 20/15 2 * * *", "2025-01-01 00:00:00", "02:20:00", "02:35:00", "02:50:00")]
    [InlineData("0 0 0 31 * *", "2025-01-31 00:00:00", "2025-03-31 00:00:00", "2025-05-31 00:00:00", "2025-07-31 00:00:00")]
    [InlineData("0 0 0 29 2 *", "2025-01-01 00:00:00", "2028-02-29 00:00:00", "2032-02-29 00:00:00", "2036-02-29 00:00:00")]
    [InlineData("0 0 0 13 * FRI", "2025-01-01 00:00:00", "2025-06-13 00:00:00", "2026-02-13 00:00:00", "2026-03-13 00:00:00")]
    public void Next_OfAnExpression_IsAsAzureFunctionsReadsIt(string expression, string from, params string[] expected)
    {
        var schedule = new DailySchedule(expression, TimeZoneInfo.Utc);
        var day = from[..10];

        Nexts(schedule, Utc(from), expected.Length).ShouldBe(expected.Select(time => Utc(time.Length == 8 ? $"{day} {time}" : time)));
    }

    [Fact]
    public void Next_OfADayThatNeverComes_IsNone() =>
        new DailySchedule("0 0 0 30 2 *", TimeZoneInfo.Utc).Next(Utc("2025-01-01 00:00:00")).ShouldBeNull();

    /// <summary>The days of Azure Functions' own tests, and the hours beside them.</summary>
    [Theory]
    [InlineData("0 30 1 * * *", "America/Los_Angeles", "2018-03-10 12:00", "2018-03-11T01:30-08:00", "2018-03-12T01:30-07:00")]
    [InlineData("0 30 2 * * *", "America/Los_Angeles", "2018-03-10 12:00", "2018-03-11T03:30-07:00", "2018-03-12T02:30-07:00")]
    [InlineData("0 0 3 * * *", "America/Los_Angeles", "2018-03-10 12:00", "2018-03-11T03:00-07:00", "2018-03-12T03:00-07:00")]
    [InlineData("0 30 2,3 * * *", "America/Los_Angeles", "2018-03-10 12:00", "2018-03-11T03:30-07:00", "2018-03-12T02:30-07:00")]
    [InlineData("0 0,30 2,3 * * *", "America/Los_Angeles", "2018-03-10 12:00", "2018-03-11T03:00-07:00", "2018-03-11T03:30-07:00")]
    [InlineData("0 30 1 * * *", "America/Los_Angeles", "2018-11-03 12:00", "2018-11-04T01:30-07:00", "2018-11-05T01:30-08:00")]
    [InlineData("0 0 2 * * *", "America/Los_Angeles", "2018-11-03 12:00", "2018-11-04T02:00-08:00", "2018-11-05T02:00-08:00")]
    [InlineData("0 30 2 * * *", "Europe/Berlin", "2025-03-29 12:00", "2025-03-30T03:30+02:00", "2025-03-31T02:30+02:00")]
    [InlineData("0 30 2 * * *", "Europe/Berlin", "2025-10-25 12:00", "2025-10-26T02:30+02:00", "2025-10-27T02:30+01:00")]
    [InlineData("0 15 2 * * *", "Australia/Lord_Howe", "2025-10-04 12:00", "2025-10-05T02:45+11:00", "2025-10-06T02:15+11:00")]
    [InlineData("0 30 1 * * *", "Europe/Dublin", "2025-03-29 12:00", "2025-03-30T02:30+01:00", "2025-03-31T01:30+01:00")]
    [InlineData("0 30 1 * * *", "Europe/Dublin", "2025-10-25 12:00", "2025-10-26T01:30+01:00", "2025-10-27T01:30+00:00")]
    [InlineData("0 0 0 * * *", "America/Havana", "2025-03-08 12:00", "2025-03-09T01:00-04:00", "2025-03-10T00:00-04:00")]
    public void Next_AroundAClockChange_ComesOnceADay(
        string expression, string zone, string from, string first, string second)
    {
        var schedule = In(zone, expression);
        var start = new DateTimeOffset(DateTime.Parse(from, CultureInfo.InvariantCulture), TimeSpan.Zero);

        Nexts(schedule, start, 2).ShouldBe([At(first), At(second)]);
    }

    [Fact]
    public void Next_InTheSecondPassOfADoubledHour_IsTomorrow() =>
        In("Europe/Berlin", "0 30 2 * * *").Next(At("2025-10-26T02:10+01:00")).ShouldBe(At("2025-10-27T02:30+01:00"));

    [Fact]
    public void Next_AfterAGapButBeforeTheMovedTime_IsTheMovedTime() =>
        In("Europe/Berlin", "0 30 2 * * *").Next(At("2025-03-30T03:10+02:00")).ShouldBe(At("2025-03-30T03:30+02:00"));

    [Fact]
    public void Latest_FromTheFirstPassOfADoubledHourIntoItsSecond_SeesTheFirst() =>
        In("Europe/Berlin", "0 30 2 * * *").Latest(At("2025-10-26T02:20+02:00"), At("2025-10-26T02:10+01:00"))
            .ShouldBe(At("2025-10-26T02:30+02:00"));

    [Theory]
    [InlineData("UTC", "0 0 2 * * *")]
    [InlineData("Europe/Berlin", "0 0 2 * * *")]
    [InlineData("Europe/Berlin", "0 30 2 * * *")]
    [InlineData("Europe/Berlin", "0 59 2,3 * * *")]
    [InlineData("America/New_York", "0 30 1 * * *")]
    [InlineData("America/New_York", "0 0 2 * * *")]
    [InlineData("Australia/Lord_Howe", "0 45 1,2 * * *")]
    [InlineData("America/Havana", "0 15 0,1 * * *")]
    [InlineData("Europe/Dublin", "0 30 1 * * *")]
    [InlineData("Africa/Casablanca", "0 30 2 * * *")]
    [InlineData("Pacific/Kiritimati", "0 0 0 * * *")]
    public void Latest_OfAYear_FindsWhatNextFinds(string zone, string expression)
    {
        var schedule = In(zone, expression);
        var at = Utc("2025-01-01 00:00:00");
        while (at.Year == 2025)
        {
            var next = schedule.Next(at)!.Value;
            next.ShouldBeGreaterThan(at);
            schedule.Latest(at, next).ShouldBe(next);
            schedule.Latest(at, next - TimeSpan.FromSeconds(1)).ShouldBeNull($"nothing lies between {at:o} and {next:o}");
            at = next;
        }
    }

    /// <summary>The settings check an expression's form without NCrontab; what they let pass must be readable here.</summary>
    [Fact]
    public void Expression_ThatTheSettingsLetPass_IsRead()
    {
        var random = new Random(20250101);
        var daily = SettingDefinitions.Find("DAILY_SCHEDULE")!;
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var expression = string.Join(' ', Enumerable.Range(0, 6).Select(field => Expressions.Field(random, field)));
            if (!daily.Accepts(expression)) continue;
            accepted++;
            Should.NotThrow(() => new DailySchedule(expression, TimeZoneInfo.Utc), expression);
        }

        accepted.ShouldBeGreaterThan(1_000);
    }

    [Theory]
    [InlineData("0 2 * * *")]
    [InlineData("0 0 2 * * 7")]
    [InlineData("")]
    public void Expression_OfAnotherForm_IsRefused(string expression)
    {
        Should.Throw<FormatException>(() => new DailySchedule(expression, TimeZoneInfo.Utc));
        SettingDefinitions.Find("DAILY_SCHEDULE")!.Accepts(expression).ShouldBeFalse();
    }

    private static DailySchedule In(string zone, string expression) => new(expression, TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static IEnumerable<DateTimeOffset> Nexts(DailySchedule schedule, DateTimeOffset from, int count)
    {
        for (var i = 0; i < count; i++) yield return from = schedule.Next(from)!.Value;
    }

    private static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
