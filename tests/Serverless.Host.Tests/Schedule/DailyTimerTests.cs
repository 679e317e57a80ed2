using Serverless.Host.Schedule;
using Serverless.Host.Sources;

namespace Serverless.Host.Tests.Schedule;

public sealed class DailyTimerTests
{
    [Fact]
    public async Task Timer_OfAFreshInstallation_WaitsForTheNextTime()
    {
        await using var timer = new TimerHarness(At(1, 10));
        await timer.StartTimerAsync();

        await timer.DriveToAsync(At(2, 1, 59));
        timer.Tries.ShouldBeEmpty();
        await timer.DriveToAsync(At(2, 2));

        timer.Starts.ShouldBe([(Day(2), At(2, 2))]);
        (await timer.StateAsync()).Last.ShouldBe(new LastRun(At(2, 2), At(2, 2), "etl-2025-06-02", DailyResult.Started, null));
    }

    [Fact]
    public async Task Timer_ThatWasDownAtTheTime_CatchesUpOnce()
    {
        await using var timer = new TimerHarness(At(1, 10));
        await timer.StartTimerAsync();
        await timer.StopTimerAsync();
        timer.Clock.AdvanceTo(At(2, 7));

        await timer.StartTimerAsync();
        timer.Starts.ShouldBe([(Day(2), At(2, 7))]);
        await timer.StopTimerAsync();
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(3, 1, 59));

        timer.Tries.Count.ShouldBe(1);
        (await timer.StateAsync()).Last!.ScheduledFor.ShouldBe(At(2, 2));
    }

    [Fact]
    public async Task Timer_ThatWasDownForAWeek_CatchesUpTheLastDayOnly()
    {
        await using var timer = new TimerHarness(At(1, 10));
        await timer.StartTimerAsync();
        await timer.StopTimerAsync();
        timer.Clock.AdvanceTo(At(8, 1));

        await timer.StartTimerAsync();

        timer.Starts.ShouldBe([(Day(7), At(8, 1))]);
    }

    [Fact]
    public async Task Timer_ThatMissedATimeByMoreThanADay_LeavesItOut()
    {
        await using var timer = new TimerHarness(At(1, 10), expression: "0 0 2 * * MON");
        await timer.StartTimerAsync();
        await timer.StopTimerAsync();
        timer.Clock.AdvanceTo(At(3, 2, 1));

        await timer.StartTimerAsync();

        timer.Tries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Timer_StartedEveryHour_StartsEachDayOnce()
    {
        await using var timer = new TimerHarness(At(1, 10));
        for (var hour = 0; hour < 96; hour++)
        {
            await timer.StartTimerAsync();
            await timer.StopTimerAsync();
            timer.Clock.AdvanceTo(At(1, 10) + TimeSpan.FromHours(hour + 1));
        }

        timer.Starts.Select(start => start.Date).ShouldBe([Day(2), Day(3), Day(4), Day(5)]);
    }

    [Fact]
    public async Task Clock_SetForwardOverTheTime_LosesNoRun()
    {
        await using var timer = new TimerHarness(At(1, 10));
        await timer.StartTimerAsync();

        await timer.SetClockAsync(At(2, 9));

        timer.Starts.ShouldHaveSingleItem().Date.ShouldBe(Day(2));
    }

    [Fact]
    public async Task Clock_SetBackOverTheTime_MakesNoSecondRun()
    {
        await using var timer = new TimerHarness(At(1, 10));
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 2, 30));

        await timer.SetClockAsync(At(2, 1));
        await timer.DriveToAsync(At(3, 1));

        timer.Starts.Count.ShouldBe(1);
        (await timer.StateAsync()).Last!.Result.ShouldBe(DailyResult.AlreadyThere);
    }

    [Fact]
    public async Task Clock_ThatWasYearsAheadAndIsPutRight_LosesNoRun()
    {
        await using var timer = new TimerHarness(At(1, 10) + TimeSpan.FromDays(3650));
        await timer.StartTimerAsync();

        await timer.SetClockAsync(At(1, 10));
        await timer.StopTimerAsync();
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 3));

        timer.Starts.ShouldHaveSingleItem().Date.ShouldBe(Day(2));
    }

    [Fact]
    public async Task Source_ThatFailsAtFirst_IsReadAgainLater()
    {
        await using var timer = new TimerHarness(At(1, 10));
        timer.Failure = () => timer.Tries.Count < 3 ? new SourceException("The list is not there.") : null;
        await timer.StartTimerAsync();

        await timer.DriveToAsync(At(2, 3));

        timer.Tries.Select(start => start.At).ShouldBe([At(2, 2), At(2, 2, 1), At(2, 2, 6)]);
        timer.Starts.ShouldBe([(Day(2), At(2, 2, 6))]);
        timer.Log.Lines.ShouldContain(line => line.StartsWith("Warning: Daily run etl-2025-06-02 could not be started (try 2)"));
    }

    [Fact]
    public async Task Source_ThatAlwaysFails_IsTheDaysResult()
    {
        await using var timer = new TimerHarness(At(1, 10));
        timer.Failure = () => timer.Tries.Count <= 5 ? new SourceException("The list is not there.") : null;
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 12));

        timer.Tries.Select(start => start.At).ShouldBe([At(2, 2), At(2, 2, 1), At(2, 2, 6), At(2, 2, 21), At(2, 2, 51)]);
        (await timer.StateAsync()).Last.ShouldBe(
            new LastRun(At(2, 2), At(2, 2), "etl-2025-06-02", DailyResult.Failed, "The list is not there."));
        timer.Log.Lines.ShouldContain(
            "Error: Daily run etl-2025-06-02 could not be started in 5 tries and is left out: The list is not there.");

        await timer.StopTimerAsync();
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(3, 3));
        timer.Starts.ShouldBe([(Day(3), At(3, 2))]);
    }

    [Fact]
    public async Task Tries_OfAProcessThatDied_AreCountedOn()
    {
        await using var timer = new TimerHarness(At(1, 10));
        timer.Failure = () => new SourceException("The list is not there.");
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 2, 3));
        await timer.StopTimerAsync();

        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 12));

        timer.Tries.Count.ShouldBe(5);
        (await timer.StateAsync()).Last!.StartedAt.ShouldBe(At(2, 2));
    }

    [Fact]
    public async Task Tries_CutOffForMoreThanADay_AreGivenUp()
    {
        await using var timer = new TimerHarness(At(1, 10), expression: "0 0 2 * * MON");
        timer.Failure = () => new SourceException("The list is not there.");
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 2, 3));
        await timer.StopTimerAsync();
        timer.Clock.AdvanceTo(At(3, 2, 1));

        await timer.StartTimerAsync();

        timer.Tries.Count.ShouldBe(2);
        (await timer.StateAsync()).Last!.Error.ShouldBe(
            "More than a day late, after 2 tries; the last one: The list is not there.");
    }

    [Fact]
    public async Task Error_ThatNobodyExpected_IsLoggedAndNotShown()
    {
        await using var timer = new TimerHarness(At(1, 10));
        timer.Failure = () => new InvalidOperationException("planted");
        await timer.StartTimerAsync();

        await timer.DriveToAsync(At(2, 12));

        (await timer.StateAsync()).Last!.Error.ShouldBe("Something went wrong here (InvalidOperationException); the log says what.");
        timer.Log.Lines.ShouldContain(line => line.StartsWith("Error: Daily run etl-2025-06-02, try 1, failed unexpectedly"));
    }

    [Fact]
    public async Task Schedule_ThatWasChanged_BeginsAnew()
    {
        await using var timer = new TimerHarness(At(1, 10));
        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 3));
        await timer.StopTimerAsync();
        timer.Clock.AdvanceTo(At(3, 11));
        timer.Schedule = new DailySchedule("0 0 10 * * *", TimeZoneInfo.Utc);

        await timer.StartTimerAsync();
        timer.Starts.Count.ShouldBe(1);
        await timer.DriveToAsync(At(4, 10));

        timer.Starts.Last().ShouldBe((Day(4), At(4, 10)));
    }

    [Fact]
    public async Task State_ThatIsDamaged_IsLoggedAndBegunAnew()
    {
        await using var timer = new TimerHarness(At(1, 10));
        timer.Objects["schedule/state.json"] = "{\"last"u8.ToArray();

        await timer.StartTimerAsync();
        await timer.DriveToAsync(At(2, 2));

        timer.Log.Lines.ShouldContain(line => line.StartsWith("Error: schedule/state.json is damaged"));
        timer.Starts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Expression_OfEveryMinute_StillMakesOneRunADay()
    {
        await using var timer = new TimerHarness(At(1, 23, 50), expression: "0 * * * * *");
        await timer.StartTimerAsync();

        await timer.DriveToAsync(At(3, 0, 10));

        timer.Starts.ShouldBe([(Day(1), At(1, 23, 51)), (Day(2), At(2, 0)), (Day(3), At(3, 0))]);
    }

    /// <summary>1 June 2025 is a Sunday.</summary>
    private static DateTimeOffset At(int day, int hour, int minute = 0) => new(2025, 6, day, hour, minute, 0, TimeSpan.Zero);

    private static DateOnly Day(int day) => new(2025, 6, day);
}
