using Serverless.Core.Jobs;
using Serverless.Protocol;

namespace Serverless.Pods.Tests;

public sealed class EndTests
{
    [Fact]
    public async Task Ends_RepeatedAfterALostAnswer_AnswerTheSame()
    {
        await using var bed = await QueueBed.OpenAsync();
        for (var chunk = 0; chunk < 3; chunk++) await bed.SubmitAsync(chunk);
        var pod = new Pod(bed);
        var leases = (await pod.LeaseManyAsync(3)).Select(lease => lease.Lease).ToList();

        foreach (var _ in Enumerable.Range(0, 2))
        {
            (await pod.CompleteAsync(leases[0], "[1,2,3]")).ShouldBe(WorkState.Completed);
            (await pod.FailAsync(leases[1])).ShouldBe(WorkState.Failed);
            (await pod.ReleaseAsync(leases[2])).ShouldBe(WorkState.Queued);
            await bed.RestartAsync();
        }
    }

    [Fact]
    public async Task Release_RepeatedAfterTheNextHolderHasIt_AnswersTheSameAndLeavesTheHolderAlone()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var (pod, next) = (new Pod(bed), new Pod(bed, "p2"));
        var released = (await pod.LeaseAsync()).Lease;
        await pod.ReleaseAsync(released);
        var lease = (await next.LeaseAsync()).Lease;

        (await pod.ReleaseAsync(released)).ShouldBe(WorkState.Queued);

        (await next.CompleteAsync(lease, "[1,2,3]")).ShouldBe(WorkState.Completed);
    }

    [Fact]
    public async Task Calls_UnderAnOlderToken_AreRefusedAndStoreNothing()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var (old, holder) = (new Pod(bed, "old"), new Pod(bed, "new"));
        var late = (await old.LeaseAsync()).Lease;
        await bed.AdvanceAsync(TimeSpan.FromMinutes(3));
        var lease = (await holder.LeaseAsync()).Lease;

        await old.SendAsync(late, "fp-1").ShouldBeRefusedAsync();
        await old.CompleteAsync(late, "[1,2,3]").ShouldBeRefusedAsync();
        await old.FailAsync(late).ShouldBeRefusedAsync();
        await old.ReleaseAsync(late).ShouldBeRefusedAsync();
        var order = (await old.BeatAsync(late)).Jobs.ShouldHaveSingleItem();

        order.Command.ShouldBe(WorkCommand.Stop);
        order.Reason.ShouldBe("it has been lent to another holder since");
        await holder.CompleteAsync(lease, """["a","b","c"]""");
        System.Text.Encoding.UTF8.GetString((await bed.LookAsync(job)).Output!.Value.Span).ShouldBe("""{"results":["a","b","c"]}""");
    }

    [Fact]
    public async Task Fail_Always_EndsTheJobSoThatTheRunDecides()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);

        await pod.FailAsync((await pod.LeaseAsync()).Lease, "out of memory", WorkFault.Worker);

        var look = await bed.LookAsync(job);
        (look.State, look.Error, look.Fault, look.Attempts).ShouldBe((JobState.Failed, "out of memory", JobFault.Worker, 1));
    }

    [Fact]
    public async Task Fail_BecauseTheTimeWasUp_IsATimeout()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);

        await pod.FailAsync((await pod.LeaseAsync()).Lease, "7200 s are over", WorkFault.TimeLimit);

        (await bed.LookAsync(job)).State.ShouldBe(JobState.TimedOut);
    }

    [Fact]
    public async Task Release_WithACheckpoint_HandsItToTheNextHolderAndCountsNoAttempt()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        var checkpoint = new CheckpointClaim { Location = "s3://b/1.json", Bytes = 5, Sha256 = "00", Step = 12 };
        await pod.ReleaseAsync((await pod.LeaseAsync()).Lease, ReleaseReason.Interruption, checkpoint);

        var lease = await new Pod(bed, "p2").LeaseAsync();

        lease.Attempt.ShouldBe(1);
        lease.Checkpoint.ShouldBe(checkpoint);
    }

    [Fact]
    public async Task Release_AgainAndAgain_CountsInTheEnd()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        for (var i = 0; i < QueueLimits.MaxReturns; i++) await pod.ReleaseAsync((await pod.LeaseAsync()).Lease, ReleaseReason.NoWorker);

        var states = new List<WorkState>();
        for (var i = 0; i < 3; i++) states.Add(await pod.ReleaseAsync((await pod.LeaseAsync()).Lease, ReleaseReason.NoWorker));

        states.ShouldBe([WorkState.Queued, WorkState.Queued, WorkState.Failed]);
        (await bed.LookAsync(job)).Error.ShouldBe("given back 100 times: given back by gpu/p1: there is no worker");
    }

    [Fact]
    public async Task Cancel_WhileAPodHoldsIt_TellsThePodToStop()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;

        await bed.Backend.CancelAsync(new JobReference(new JobId(job), default), CancellationToken.None);

        var order = (await pod.BeatAsync(lease)).Jobs.ShouldHaveSingleItem();
        (order.Command, order.Reason).ShouldBe((WorkCommand.Stop, "it was cancelled"));
        await pod.CompleteAsync(lease, "[1,2,3]").ShouldBeRefusedAsync();
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Cancelled);
    }

    [Fact]
    public async Task Cancel_WhileItWaits_IsLentToNobody()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();

        await bed.Backend.CancelAsync(new JobReference(new JobId(job), default), CancellationToken.None);

        (await new Pod(bed).LeaseManyAsync(1)).ShouldBeEmpty();
        bed.Queue.Queued.ShouldBe(0);
    }
}
