using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Tests;

public sealed class LeaseTests
{
    [Fact]
    public async Task Lease_NothingQueued_GivesNothingAndSaysWhenToAskAgain()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);

        var reply = await pod.CallAsync(pod.LeaseRequest());

        reply.Leases.ShouldBeEmpty();
        reply.RetryAfterSeconds.ShouldBe(3);
    }

    [Fact]
    public async Task Lease_OneQueued_HandsOverInputAndTimes()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();

        var lease = await new Pod(bed).LeaseAsync();

        lease.Lease.Job.ShouldBe(job);
        lease.LeaseSeconds.ShouldBe(180);
        lease.Attempt.ShouldBe(1);
        lease.ExecutionTimeoutSeconds.ShouldBe(7200);
        lease.ModelTimeoutSeconds.ShouldBe(180);
        lease.Input.ToString().ShouldBe(System.Text.Encoding.UTF8.GetString(QueueBed.Request().Input.Span));
    }

    [Fact]
    public async Task Lease_OfAPodThatWasIdle_ShowsItWorkingBeforeItsNextHeartbeat()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();

        await new Pod(bed).LeaseAsync();

        (await bed.Queue.LookAsync(CancellationToken.None)).Pods.Single().Facts.State.ShouldBe(PodState.Working);
    }

    [Fact]
    public async Task Lease_SeveralQueued_GivesTheOldestFirstAndAsManyAsAskedFor()
    {
        await using var bed = await QueueBed.OpenAsync();
        var jobs = new List<string>();
        for (var chunk = 0; chunk < 5; chunk++) jobs.Add(await bed.SubmitAsync(chunk));

        var first = await new Pod(bed).LeaseManyAsync(3);
        var second = await new Pod(bed, "p2").LeaseManyAsync(3);

        first.Concat(second).Select(lease => lease.Lease.Job).ShouldBe(jobs);
        first.Concat(second).Select(lease => lease.Lease.Token).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Lease_RepeatedAfterALostAnswer_GivesTheSameAndNoOther()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync(0);
        await bed.SubmitAsync(1);
        var pod = new Pod(bed);
        var request = pod.LeaseRequest(requestId: "r-1");

        var lost = await pod.CallAsync(request);
        await bed.RestartAsync();
        var again = await pod.CallAsync(request);

        again.Leases.Select(lease => lease.Lease).ShouldBe(lost.Leases.Select(lease => lease.Lease));
        (await bed.Queue.LookAsync(CancellationToken.None)).Queued.ShouldBe(1);
    }

    [Fact]
    public async Task Lease_ThePodNeverGotTheAnswer_IsQueuedAgainAndNotCounted()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lost = await pod.LeaseAsync();

        var lease = await pod.LeaseAsync();

        lease.Lease.Token.ShouldBeGreaterThan(lost.Lease.Token);
        lease.Attempt.ShouldBe(1);
        await pod.SendAsync(lost.Lease, "fp-1").ShouldBeRefusedAsync();
    }

    [Fact]
    public async Task Lease_TheAgentWasStartedAgain_CountsWhatItForgotAsAnAttempt()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        await new Pod(bed, session: "before").LeaseAsync();

        var lease = await new Pod(bed, session: "after").LeaseAsync();

        lease.Attempt.ShouldBe(2);
        (await bed.Queue.LookAsync(CancellationToken.None)).Pods.ShouldHaveSingleItem().Losses.ShouldBe(1);
    }

    [Fact]
    public async Task Lease_TheAgentWasStartedAgainAndKnowsWhatItHeld_GoesOnWithIt()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var held = await new Pod(bed, session: "before").LeaseAsync();
        var pod = new Pod(bed, session: "after");

        (await pod.CallAsync(pod.LeaseRequest(holding: held.Lease))).Leases.ShouldBeEmpty();

        (await pod.CompleteAsync(held.Lease, """{"results":[1,2,3]}""")).ShouldBe(WorkState.Completed);
    }

    [Fact]
    public async Task Session_AnEarlierOneCallsAgain_IsRefusedAndChangesNothing()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var (before, after) = (new Pod(bed, session: "before"), new Pod(bed, session: "after"));
        var lease = await before.LeaseAsync();
        await after.BeatAsync(lease.Lease);

        await before.CallAsync(before.LeaseRequest()).ShouldBeRefusedAsync(WorkRefusal.SessionReplaced);
        await before.BeatAsync(lease.Lease).ShouldBeRefusedAsync(WorkRefusal.SessionReplaced);
        await before.SendAsync(lease.Lease, "fp-1").ShouldBeRefusedAsync(WorkRefusal.SessionReplaced);

        (await after.SendAsync(lease.Lease, "fp-1")).Stored.ShouldBe(1);
    }

    [Fact]
    public async Task Lease_Waiting_EndsWithWorkAsSoonAsThereIsSome()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        var waiting = pod.CallAsync(pod.LeaseRequest(wait: 20));
        await bed.Clock.WhenTimerDueBy(bed.Clock.GetUtcNow().AddSeconds(20)).WaitAsync(TimeSpan.FromSeconds(60));

        var job = await bed.SubmitAsync();

        (await waiting.WaitAsync(TimeSpan.FromSeconds(60))).Leases.ShouldHaveSingleItem().Lease.Job.ShouldBe(job);
    }

    [Fact]
    public async Task Lease_WaitingInVain_EndsWithTheTimeItAskedFor()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        var waiting = pod.CallAsync(pod.LeaseRequest(wait: 20));
        await bed.Clock.WhenTimerDueBy(bed.Clock.GetUtcNow().AddSeconds(20)).WaitAsync(TimeSpan.FromSeconds(60));

        bed.Clock.Advance(TimeSpan.FromSeconds(20));

        var reply = await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        reply.Leases.ShouldBeEmpty();
        reply.RetryAfterSeconds.ShouldBe(0);
    }

    [Fact]
    public async Task Lease_AfterANotice_IsNotGivenUntilTheAgentStartsAgain()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        (await pod.BeatAsync(new InterruptionNotice { Kind = "aws-instance-action", SecondsLeft = 120 })).Command
            .ShouldBe(WorkCommand.Drain);

        var reply = await pod.CallAsync(pod.LeaseRequest());

        reply.Command.ShouldBe(WorkCommand.Drain);
        reply.Leases.ShouldBeEmpty();
        (await new Pod(bed, session: "after").LeaseAsync()).Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Lease_OfAnotherPod_IsNobodyElses()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var lease = (await new Pod(bed, "p1").LeaseAsync()).Lease;

        foreach (var stranger in (Pod[])[new Pod(bed, "p2"), new Pod(bed, "p1", key: "other")])
        {
            await stranger.SendAsync(lease, "fp-1").ShouldBeRefusedAsync();
            await stranger.CompleteAsync(lease).ShouldBeRefusedAsync();
            await stranger.FailAsync(lease).ShouldBeRefusedAsync();
            await stranger.ReleaseAsync(lease).ShouldBeRefusedAsync();
            (await stranger.BeatAsync(lease)).Jobs.ShouldHaveSingleItem().Command.ShouldBe(WorkCommand.Stop);
        }
    }
}
