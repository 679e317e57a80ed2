using Serverless.Core.Jobs;
using Serverless.Protocol;

namespace Serverless.Pods.Tests;

public sealed class BackendTests
{
    [Fact]
    public async Task Submit_TheSameAttemptAgain_IsTheSameJobEvenWhenItHasEnded()
    {
        await using var bed = await QueueBed.OpenAsync();
        var first = await bed.SubmitAsync();
        var pod = new Pod(bed);
        await pod.CompleteAsync((await pod.LeaseAsync()).Lease, "[1,2,3]");
        await bed.RestartAsync();

        var second = await bed.SubmitAsync();

        second.ShouldBe(first);
        (await pod.LeaseManyAsync(1)).ShouldBeEmpty();
        (await bed.LookAsync(second)).State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task Submit_TheSameAttemptOfALaterRun_IsAnotherJob()
    {
        await using var bed = await QueueBed.OpenAsync();
        var first = await bed.SubmitAsync();

        var later = QueueBed.Request() with { BeganAt = new DateTimeOffset(2025, 2, 1, 0, 0, 0, TimeSpan.Zero) };
        var second = await bed.Backend.SubmitAsync(later, CancellationToken.None);

        second.Value.ShouldNotBe(first);
        bed.Queue.Queued.ShouldBe(2);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"flashpoints":[{"title":"no id"}]}""")]
    [InlineData("""{"flashpoints":[{"id":"a"},{"id":"a"}]}""")]
    [InlineData("""{"flashpoints":[{"id":"a"}]""")]
    public async Task Submit_WhatHasNoFlashpoints_IsRefusedForGood(string input)
    {
        await using var bed = await QueueBed.OpenAsync();
        var request = QueueBed.Request() with { Input = System.Text.Encoding.UTF8.GetBytes(input) };

        (await Should.ThrowAsync<JobBackendException>(() => bed.Backend.SubmitAsync(request, CancellationToken.None)))
            .Kind.ShouldBe(JobErrorKind.Permanent);
    }

    [Fact]
    public async Task Look_AtAJobOfItsLife_SaysHowLongItWaitedAndWasHeld()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Queued);
        bed.Clock.Advance(TimeSpan.FromSeconds(10));
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        bed.Clock.Advance(TimeSpan.FromSeconds(20));
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Running);
        await pod.ReleaseAsync(lease);
        bed.Clock.Advance(TimeSpan.FromSeconds(40));
        var next = new Pod(bed, "p2");
        var again = (await next.LeaseAsync()).Lease;
        bed.Clock.Advance(TimeSpan.FromSeconds(5));
        await next.CompleteAsync(again, "[1,2,3]");

        var look = await bed.LookAsync(job);

        (look.DelayTime, look.ExecutionTime, look.WorkerId, look.Redispatches, look.Attempts)
            .ShouldBe((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25), "gpu/p2", 1, 1));
    }

    [Fact]
    public async Task Look_AtAJobThatNobodyKnows_IsLost()
    {
        await using var bed = await QueueBed.OpenAsync();

        (await bed.LookAsync("00000000-00000000")).State.ShouldBe(JobState.Lost);
    }

    [Fact]
    public async Task Health_WithPods_CountsThoseThatAreOnline()
    {
        await using var bed = await QueueBed.OpenAsync();
        await new Pod(bed, "gone").BeatAsync();
        bed.Clock.Advance(TimeSpan.FromSeconds(61));
        await new Pod(bed, "idle").CallAsync(new Pod(bed, "idle").LeaseRequest());
        await bed.SubmitAsync(0);
        await bed.SubmitAsync(1);
        await new Pod(bed, "leased").LeaseAsync();
        await new Pod(bed, "busy").BeatAsync();

        var health = await bed.Backend.GetHealthAsync(CancellationToken.None);

        (health.JobsQueued, health.JobsRunning, health.WorkersIdle, health.WorkersRunning).ShouldBe((1, 1, 1, 2));
    }

    [Fact]
    public async Task Clean_AfterAWeek_ForgetsEndedJobsAndPodsThatAreGone()
    {
        await using var bed = await QueueBed.OpenAsync();
        var (ended, waiting) = (await bed.SubmitAsync(0), await bed.SubmitAsync(1));
        var pod = new Pod(bed);
        await pod.CompleteAsync((await pod.LeaseAsync()).Lease, "[1,2,3]");

        bed.Clock.Advance(QueueLimits.Retention);
        await bed.Queue.CleanAsync();
        (await bed.LookAsync(ended)).State.ShouldBe(JobState.Completed);
        bed.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await bed.Queue.CleanAsync();

        (await bed.LookAsync(ended)).State.ShouldBe(JobState.Lost);
        (await bed.LookAsync(waiting)).State.ShouldBe(JobState.Queued);
        (await bed.Queue.LookAsync(CancellationToken.None)).Pods.ShouldBeEmpty();
    }

    [Fact]
    public async Task View_OfWhatBefellPods_TellsTheNewestFirst()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        await pod.BeatAsync(new InterruptionNotice { Kind = "aws-rebalance" }, lease);
        await pod.ReleaseAsync(lease);

        var view = await bed.Queue.LookAsync(CancellationToken.None);

        view.Events.Select(e => e.Kind).ShouldBe(
            [Protocol.Hosting.PodEventKind.Released, Protocol.Hosting.PodEventKind.Noticed, Protocol.Hosting.PodEventKind.Started]);
        view.Events[0].Job.ShouldBe(lease.Job);
        view.Pods.ShouldHaveSingleItem().Interruptions.ShouldBe(1);
    }

    [Fact]
    public async Task View_OfAPodThatGaveItsWorkerUp_TellsItOnceEachTime()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        var limit = new RestartLimit { Restarts = 10, Reason = "exit code 1" };
        var unhealthy = new PodFacts { State = PodState.Unhealthy, RestartLimit = limit };
        await pod.BeatAsync(new PodFacts { State = PodState.Idle });
        await pod.BeatAsync(unhealthy);
        await pod.BeatAsync(unhealthy);
        await pod.BeatAsync(new PodFacts { State = PodState.Idle });
        await pod.BeatAsync(unhealthy);

        var view = await bed.Queue.LookAsync(CancellationToken.None);

        view.Events.Select(e => (e.Kind, e.Text)).ShouldBe(
        [
            (Protocol.Hosting.PodEventKind.GaveUp, "10 restarts within an hour: exit code 1"),
            (Protocol.Hosting.PodEventKind.GaveUp, "10 restarts within an hour: exit code 1"),
            (Protocol.Hosting.PodEventKind.Started, null),
        ]);
        view.Pods.ShouldHaveSingleItem().Facts.RestartLimit.ShouldBe(limit);
    }
}
