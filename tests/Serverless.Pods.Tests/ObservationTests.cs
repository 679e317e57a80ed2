using System.Globalization;
using Serverless.Core.Planning;
using Serverless.Protocol;

namespace Serverless.Pods.Tests;

/// <summary>How long pods were there and how often one was taken, by hour of the day. The clock begins at midnight.</summary>
public sealed class ObservationTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);
    private static readonly InterruptionNotice Notice = new() { Kind = "aws-instance-action", SecondsLeft = 120 };

    [Fact]
    public async Task Pod_SeenAcrossHours_IsCountedInEachOfThem()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        bed.Clock.Advance(TimeSpan.FromMinutes(59) + TimeSpan.FromSeconds(58));
        await pod.BeatAsync();

        await pod.StayAsync(TimeSpan.FromMinutes(30));

        Seen(bed).ShouldBe("0: 2 s, 0; 1: 1798 s, 0");
        bed.Queue.Reader.Interruptions()!.Since.ShouldBe(new DateTimeOffset(2025, 1, 1, 0, 59, 58, TimeSpan.Zero));
    }

    [Fact]
    public async Task Pods_SeenAtOnceAndOnSeveralDays_AreAddedUp()
    {
        await using var bed = await QueueBed.OpenAsync();
        var (first, second) = (new Pod(bed), new Pod(bed, "p2"));
        for (var day = 0; day < 3; day++)
        {
            bed.Clock.AdvanceTo(new DateTimeOffset(2025, 1, 1 + day, 6, 0, 0, TimeSpan.Zero));
            await first.BeatAsync();
            await second.BeatAsync();
            bed.Clock.Advance(Minute);
            await first.BeatAsync();
            await second.BeatAsync();
        }

        Seen(bed).ShouldBe("6: 360 s, 0");
    }

    [Fact]
    public async Task Pod_SilentForLongerThanAPodThatIsOnline_IsNotCountedMeanwhile()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        await pod.BeatAsync();

        bed.Clock.Advance(WorkLimits.OfflineAfter + TimeSpan.FromMilliseconds(1));
        await pod.BeatAsync();
        bed.Clock.Advance(WorkLimits.OfflineAfter);
        await pod.BeatAsync();

        Seen(bed).ShouldBe("0: 60 s, 0");
    }

    [Fact]
    public async Task Pod_HeardOfManyTimesInASecond_LosesNoTime()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        await pod.BeatAsync();

        for (var i = 0; i < 10_000; i++)
        {
            bed.Clock.Advance(TimeSpan.FromMicroseconds(500));
            if (i % 10 == 9) await pod.BeatAsync();
        }

        Seen(bed).ShouldBe("0: 5 s, 0");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-26)]
    public async Task Clock_Set_CountsNoTimeThatWasNot(int hours)
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        await pod.BeatAsync();
        await pod.StayAsync(Minute);

        bed.Clock.Set(bed.Clock.GetUtcNow().AddHours(hours));
        await pod.StayAsync(Minute);

        Seen(bed).ShouldBe(hours > 0 ? "0: 60 s, 0; 2: 60 s, 0" : "0: 60 s, 0; 22: 60 s, 0");
    }

    [Fact]
    public async Task Host_ThatWasDown_CountsNoTimeAndKeepsWhatItHad()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        await pod.BeatAsync();
        await pod.StayAsync(Minute);

        for (var start = 0; start < 3; start++)
        {
            await bed.CloseAsync();
            bed.Clock.Advance(TimeSpan.FromSeconds(20));
            await bed.StartAsync();
            await pod.BeatAsync();
        }

        await pod.StayAsync(Minute);

        Seen(bed).ShouldBe("0: 120 s, 0");
    }

    [Fact]
    public async Task Pod_ThatNobodyMayTake_IsNotCounted()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed) { Facts = new PodFacts { State = PodState.Working, Interruptible = false } };
        var lease = (await pod.LeaseAsync()).Lease;

        await pod.StayAsync(Minute, lease);
        await bed.AdvanceAsync(Lease);

        Seen(bed).ShouldBe("");
    }

    [Fact]
    public async Task Notice_OfOneStart_CountsOnceHoweverOftenItIsToldAndHoweverItEnds()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        bed.Clock.Advance(TimeSpan.FromHours(5));

        for (var beat = 0; beat < 3; beat++) await pod.BeatAsync(Notice, lease);
        await bed.RestartAsync();
        await pod.BeatAsync(Notice, lease);
        await bed.AdvanceAsync(Lease);

        Interruptions(bed).ShouldBe("5: 1");
    }

    [Fact]
    public async Task Notice_TakenBack_IsNotCounted()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        await pod.BeatAsync(Notice);
        Interruptions(bed).ShouldBe("0: 1");

        await pod.BeatAsync();
        await pod.BeatAsync();

        Interruptions(bed).ShouldBe("");
        await pod.BeatAsync(Notice);
        Interruptions(bed).ShouldBe("0: 1");
    }

    [Fact]
    public async Task Pod_ThatVanishesWithJobs_CountsOnceInTheHourInWhichItWasSeenLast()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync(chunk: 0);
        await bed.SubmitAsync(chunk: 1);
        var pod = new Pod(bed);
        bed.Clock.Advance(TimeSpan.FromMinutes(119));
        (await pod.LeaseManyAsync(2)).Count.ShouldBe(2);

        await bed.AdvanceAsync(Lease - TimeSpan.FromMilliseconds(1));
        Interruptions(bed).ShouldBe("");
        await bed.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        Interruptions(bed).ShouldBe("1: 1");
    }

    [Fact]
    public async Task Pod_ThatVanishesWithoutAJob_IsNotCounted()
    {
        await using var bed = await QueueBed.OpenAsync();
        await new Pod(bed).BeatAsync();

        await bed.AdvanceAsync(TimeSpan.FromHours(1));

        Interruptions(bed).ShouldBe("");
    }

    [Fact]
    public async Task Pod_HeardOfAgain_HadNotVanished()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        await bed.AdvanceAsync(Lease);
        Interruptions(bed).ShouldBe("0: 1");

        await bed.RestartAsync();
        await pod.SendAsync(lease, "fp-1");
        Interruptions(bed).ShouldBe("");
        await bed.AdvanceAsync(Lease);

        Interruptions(bed).ShouldBe("0: 1", "now it has");
    }

    [Fact]
    public async Task Job_LostByAPodThatIsThere_IsNoInterruption()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        await pod.LeaseAsync();

        await pod.StayAsync(Lease);
        (await bed.Queue.SweepAsync()).ShouldBe(1);

        (await bed.LookAsync(job)).State.ShouldBe(Serverless.Core.Jobs.JobState.Queued);
        Interruptions(bed).ShouldBe("");
    }

    [Theory]
    [InlineData(60, "")]
    [InlineData(61, "0: 1")]
    public async Task Agent_StartedAgainWithoutItsJob_WasTakenOnlyIfItWasAway(int seconds, string expected)
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        await new Pod(bed, session: "before").LeaseAsync();

        bed.Clock.Advance(TimeSpan.FromSeconds(seconds));
        var again = new Pod(bed, session: "after");
        await again.BeatAsync();
        (await again.LeaseAsync()).Attempt.ShouldBe(2);

        Interruptions(bed).ShouldBe(expected);
    }

    [Theory]
    [InlineData(30, "0: 1")]
    [InlineData(61, "")]
    public async Task Host_ThatWasDownWhileAPodVanished_CountsItOnlyIfItKnowsWhen(int seconds, string expected)
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        await new Pod(bed).LeaseAsync();
        await bed.CloseAsync();
        bed.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await bed.StartAsync();

        await bed.AdvanceAsync(Lease);

        bed.Queue.Queued.ShouldBe(1);
        Interruptions(bed).ShouldBe(expected);
    }

    [Theory]
    [InlineData(WorkCommand.Drain)]
    [InlineData(WorkCommand.Stop)]
    public async Task Pod_OrderedToEnd_CountsForNothingFromThenOn(WorkCommand order)
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        await pod.StayAsync(Minute, lease);
        await bed.Queue.OrderAsync("gpu/p1", order);

        await pod.StayAsync(Minute, lease);
        await pod.BeatAsync(Notice, lease);
        await bed.AdvanceAsync(Lease);

        Seen(bed).ShouldBe("0: 60 s, 0");
    }

    private static string Seen(QueueBed bed) => InWords(bed, hour =>
        string.Create(CultureInfo.InvariantCulture, $"{hour.Hour}: {Math.Round(hour.PodHours * 3600)} s, {hour.Interruptions}"));

    private static string Interruptions(QueueBed bed) => InWords(bed, hour =>
        hour.Interruptions == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{hour.Hour}: {hour.Interruptions}"));

    private static string InWords(QueueBed bed, Func<ObservedHour, string> inWords) =>
        string.Join("; ", bed.Queue.Reader.Interruptions()?.Hours.Select(inWords).Where(text => text.Length > 0) ?? []);
}
