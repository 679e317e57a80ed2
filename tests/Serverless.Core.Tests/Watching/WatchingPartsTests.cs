using Serverless.Core.Jobs;
using Serverless.Core.Watching;

namespace Serverless.Core.Tests.Watching;

public sealed class WatchingPartsTests
{
    [Theory]
    [InlineData(0, 0, "no worker: the endpoint has none; its max workers may be 0, as RunPod sets it after 7 idle days")]
    [InlineData(3, 0, "no worker: all 3 are throttled, waiting for a free GPU")]
    [InlineData(0, 2, "no worker: all 2 are unhealthy; see their logs at RunPod")]
    [InlineData(3, 2, "no worker: 3 are throttled, waiting for a free GPU, and 2 are unhealthy")]
    public void WhyHeld_NoWorkerThatWorks_SaysWhatTheyDo(int throttled, int unhealthy, string reason) =>
        QueueHealth.WhyHeld(Health(throttled, unhealthy)).ShouldBe(reason);

    [Fact]
    public void WhyHeld_AWorkerIsStarting_IsNoReason() =>
        QueueHealth.WhyHeld(Health(3, 2) with { WorkersStarting = 1 }).ShouldBeNull();

    [Fact]
    public void Streams_FiveJobsWithoutAPart_AreNotAskedAnyMoreButForOneInTwenty()
    {
        var habits = new StreamHabits();
        for (var job = 0; job < 5; job++)
        {
            habits.MayStream("backend", $"{job}").ShouldBeTrue();
            habits.Asked("backend", $"{job}", parts: 0);
            habits.Ended("backend", $"{job}", completed: true);
        }

        Enumerable.Range(0, 2000).Count(job => habits.MayStream("backend", $"job-{job}")).ShouldBeInRange(50, 150);
        habits.MayStream("other backend", "job-1").ShouldBeTrue();

        habits.Asked("backend", "probe", parts: 1);
        Enumerable.Range(0, 100).ShouldAllBe(job => habits.MayStream("backend", $"job-{job}"));
    }

    [Fact]
    public void Streams_WhileNothingIsKnown_OnlySomeJobsAreAsked()
    {
        var habits = new StreamHabits();
        for (var job = 0; job < 1000; job++)
        {
            if (habits.MayStream("backend", $"job-{job}")) habits.Asked("backend", $"job-{job}", parts: 0);
        }

        var asked = Enumerable.Range(0, 1000).Count(job => habits.MayStream("backend", $"job-{job}"));
        asked.ShouldBeInRange(32, 120);
        habits.IsKnown("backend").ShouldBeFalse();

        habits.Asked("backend", "job-0", parts: 1);
        Enumerable.Range(0, 1000).ShouldAllBe(job => habits.MayStream("backend", $"job-{job}"));
    }

    [Fact]
    public void Streams_JobsThatFailedOrWereNeverAsked_SayNothing()
    {
        var habits = new StreamHabits();
        for (var job = 0; job < 10; job++)
        {
            habits.Asked("backend", $"{job}", parts: 0);
            habits.Ended("backend", $"{job}", completed: false);
            habits.Ended("backend", $"never-{job}", completed: true);
        }

        Enumerable.Range(0, 100).ShouldAllBe(job => habits.MayStream("backend", $"job-{job}"));
    }

    [Fact]
    public void Streams_MoreDrainsThanPlaces_AreRefusedUntilOneEnds()
    {
        var habits = new StreamHabits();
        Enumerable.Range(0, StreamHabits.MaxDrainsAtOnce).ShouldAllBe(_ => habits.TryBegin());

        habits.TryBegin().ShouldBeFalse();
        habits.End();

        habits.TryBegin().ShouldBeTrue();
    }

    [Fact]
    public void Ends_LargerThanWhatIsKept_DropTheOldest()
    {
        var ends = new SeenEnds();
        for (var job = 0; job < 5; job++)
            ends.Keep($"{job}", new JobSnapshot { State = JobState.Completed, Output = new byte[20 * 1024 * 1024] });

        Enumerable.Range(0, 5).Select(job => ends.Take($"{job}") is not null).ShouldBe([false, false, true, true, true]);
    }

    private static BackendHealth Health(int throttled, int unhealthy) => new()
    {
        JobsQueued = 10,
        JobsRunning = 0,
        WorkersIdle = 0,
        WorkersRunning = 0,
        WorkersStarting = 0,
        WorkersThrottled = throttled,
        WorkersUnhealthy = unhealthy,
    };
}
