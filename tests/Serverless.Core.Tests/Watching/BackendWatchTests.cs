using Serverless.Core.Jobs;
using Serverless.Core.Watching;

namespace Serverless.Core.Tests.Watching;

public sealed class BackendWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    private readonly FakeJobs _jobs = new();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task Watch_OneJob_TellsWhenItBeginsAndWhenItEnds()
    {
        _jobs.Add("a", "run-1", TimeSpan.FromSeconds(10), Minute);

        await _jobs.AdvanceAsync(2 * Minute);

        _jobs.Tellings.ShouldBe(["run-1:0 job-1 a", "run-1:0 job-1 a"]);
        _jobs.Delays()["a"].ShouldBeLessThan(Minute * 0.02 + TimeSpan.FromSeconds(1));
        _jobs.Watch.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Watch_ThreeThousandJobsOfAMinute_KeepsToItsRateAndSeesEndsInTime()
    {
        for (var second = 0; second < 30; second++)
        {
            for (var job = 0; job < 100; job++) _jobs.Add($"{second}-{job}", "run-1", TimeSpan.Zero, Minute, chunk: 100 * second + job);
            await _jobs.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        await _jobs.AdvanceAsync(2 * Minute);

        var perSecond = _jobs.Looks.GroupBy(look => look.ToUnixTimeSeconds()).Max(second => second.Count());
        perSecond.ShouldBeLessThanOrEqualTo((int)LookTimes.LooksPerSecond + 50);
        var delays = _jobs.Delays();
        delays.Count.ShouldBe(3000);
        delays.Values.Count(delay => delay > Minute * 0.02).ShouldBeLessThan(300);

        // Until the first end is seen nobody knows how long jobs take; those that ended by then are seen one after another.
        delays.Values.Max().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public async Task Watch_MoreEndsThanLooks_SeesThemAllAtTheFullRate()
    {
        for (var job = 0; job < 1500; job++) _jobs.Add($"{job}", "run-1", TimeSpan.Zero, Minute, chunk: job);

        await _jobs.AdvanceAsync(Minute + TimeSpan.FromSeconds(15));

        // 1,500 ends in one second take ten seconds to see.
        _jobs.Delays().Count.ShouldBe(1500);
    }

    [Fact]
    public async Task Watch_SmallRunBesideALargeOne_DoesNotWaitForIt()
    {
        for (var job = 0; job < 1500; job++) _jobs.Add($"{job}", "large", TimeSpan.Zero, Minute, chunk: job);
        _jobs.Add("small", "small", TimeSpan.Zero, Minute);

        await _jobs.AdvanceAsync(2 * Minute);

        _jobs.Delays()["small"].ShouldBeLessThan(TimeSpan.FromSeconds(2.3));
    }

    [Fact]
    public async Task Watch_JobsThatReportThemselves_AreLookedAtEveryFiveMinutes()
    {
        _jobs.Add("a", "run-1", TimeSpan.Zero, TimeSpan.FromMinutes(20), reportsItself: true);

        await _jobs.AdvanceAsync(TimeSpan.FromMinutes(11));

        _jobs.Looks.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Watch_LostReportOfAJobOfSeconds_IsMadeUpForWithinSeconds()
    {
        _jobs.Add("first", "run-1", TimeSpan.Zero, TimeSpan.FromSeconds(5));
        _jobs.Add("silent", "run-1", TimeSpan.Zero, TimeSpan.FromSeconds(5), reportsItself: true);
        _jobs.Add("long", "run-1", TimeSpan.Zero, TimeSpan.FromMinutes(20), reportsItself: true);

        await _jobs.AdvanceAsync(TimeSpan.FromMinutes(19));

        _jobs.Delays()["silent"].ShouldBeLessThan(TimeSpan.FromSeconds(15));
        _jobs.Looked.Count(look => look == "long").ShouldBeLessThan(10);
    }

    [Fact]
    public async Task Take_EndThatWasSeen_IsGivenOnceAndCostsNoCall()
    {
        _jobs.Add("a", "run-1", TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await _jobs.AdvanceAsync(Minute);

        _jobs.Watch.TakeSeen("a").ShouldNotBeNull().State.ShouldBe(JobState.Completed);
        _jobs.Watch.TakeSeen("a").ShouldBeNull();
    }

    [Fact]
    public async Task Take_WithoutNews_IsNothing()
    {
        _jobs.Add("a", "run-1", TimeSpan.Zero, Minute);
        await _jobs.AdvanceAsync(TimeSpan.FromSeconds(2));

        _jobs.Watch.TakeSeen("a").ShouldNotBeNull().State.ShouldBe(JobState.Running);
        await _jobs.AdvanceAsync(TimeSpan.FromSeconds(2));
        _jobs.Watch.TakeSeen("a").ShouldBeNull();
    }

    [Fact]
    public async Task Forget_Job_IsLookedAtNoMore()
    {
        _jobs.Add("a", "run-1", TimeSpan.Zero, Minute);
        _jobs.Add("b", "run-1", TimeSpan.Zero, Minute);
        _jobs.Watch.Forget("a");

        await _jobs.AdvanceAsync(2 * Minute);

        _jobs.Looked.ShouldNotContain("a");
        _jobs.Delays().Keys.ShouldBe(["b"]);
    }

    [Theory]
    [InlineData(JobErrorKind.Transient, 0)]
    [InlineData(JobErrorKind.Blocked, 1)]
    [InlineData(JobErrorKind.Permanent, 1)]
    public async Task Look_Fails_IsToldWhenTheChunkHasToJudge(JobErrorKind kind, int told)
    {
        var fails = true;
        _jobs.Failure = _ => fails ? new JobBackendException(kind, "no answer") : null;
        _jobs.Add("a", "run-1", TimeSpan.Zero, Minute);
        await _jobs.AdvanceAsync(TimeSpan.FromSeconds(3));
        _jobs.Tellings.Count.ShouldBe(told);

        fails = false;
        await _jobs.AdvanceAsync(3 * Minute);

        _jobs.Delays().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Queued_WithoutAnyWorker_IsHeldWithTheReasonAndAsksAtMostTwiceAMinute()
    {
        _jobs.Health = _jobs.Health with { WorkersRunning = 0, WorkersThrottled = 3 };
        for (var job = 0; job < 50; job++) _jobs.Add($"{job}", "run-1", TimeSpan.FromHours(1), Minute, chunk: job);

        await _jobs.AdvanceAsync(5 * Minute);

        _jobs.Watch.WhyHeld("7").ShouldBe("no worker: all 3 are throttled, waiting for a free GPU");
        _jobs.HealthCalls.ShouldBeInRange(2, 10);
        _jobs.Tellings.Count.ShouldBe(50);

        _jobs.Health = _jobs.Health with { WorkersStarting = 1 };
        await _jobs.AdvanceAsync(2 * Minute);
        _jobs.Watch.WhyHeld("7").ShouldBeNull();
    }
}
