using Serverless.Core.Jobs;
using Serverless.Protocol;

namespace Serverless.Pods.Tests;

public sealed class StaleTests
{
    private const string Timeout = "Job timeout after 3 minutes (interrupted/crashed)";

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Stale_WhileRunning_IsQueuedAgainFromTheVeryInstantTheLeaseRunsOut()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        await pod.LeaseAsync();

        await bed.AdvanceAsync(Lease - TimeSpan.FromMilliseconds(1));
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Running);
        await bed.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        (await bed.LookAsync(job)).State.ShouldBe(JobState.Queued);
        bed.Logs.Lines.ShouldContain($"Warning: Job {job} reset from stale running state (attempt 1/2)");
    }

    [Fact]
    public async Task Heartbeat_EachOne_BeginsTheLeaseAnew()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;

        for (var i = 0; i < 3; i++)
        {
            await bed.AdvanceAsync(Lease - TimeSpan.FromSeconds(1));
            (await pod.BeatAsync(lease)).Jobs.ShouldHaveSingleItem().LeaseSeconds.ShouldBe(180);
        }

        (await bed.LookAsync(job)).State.ShouldBe(JobState.Running);
    }

    [Fact]
    public async Task Start_WithAStaleJobOfAnEarlierProcess_SaysSoAndQueuesItAgain()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        await new Pod(bed).LeaseAsync();
        await bed.CloseAsync();
        bed.Clock.Advance(Lease);

        await bed.StartAsync();

        bed.Logs.Lines.ToArray()[^3..].ShouldBe(
        [
            "Information: Checking for stale running jobs (timeout: 3min)...",
            $"Warning: Job {job} reset from stale running state (attempt 1/2)",
            "Information: Reset 1 stale jobs from previous run",
        ]);
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Queued);
    }

    [Fact]
    public async Task Start_WithAJobWhoseLeaseStillRuns_LeavesItToItsHolder()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        bed.Clock.Advance(TimeSpan.FromMinutes(2));
        await bed.RestartAsync();

        await bed.AdvanceAsync(TimeSpan.FromSeconds(59));
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Running);
        (await pod.CompleteAsync(lease, "[1,2,3]")).ShouldBe(WorkState.Completed);
    }

    [Fact]
    public async Task Stale_AsOftenAsAllowed_FailsForGoodWithTheTriesItUsed()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            (await new Pod(bed, $"p{attempt}").LeaseAsync()).Attempt.ShouldBe(attempt);
            await bed.AdvanceAsync(Lease);
        }

        var look = await bed.LookAsync(job);
        (look.State, look.Error, look.Attempts, look.Fault).ShouldBe((JobState.Failed, Timeout, 3, JobFault.Unknown));
        (await pod.LeaseManyAsync(1)).ShouldBeEmpty();
        bed.Logs.Lines.ShouldContain($"Error: Job {job} failed for good (attempt 3, 2 retries are allowed): {Timeout}");
    }

    [Fact]
    public async Task Stale_AfterEarlierJobsOfTheChunk_HasOnlyTheTriesThatAreLeft()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync(used: 2);
        (await new Pod(bed).LeaseAsync()).Attempt.ShouldBe(3);

        await bed.AdvanceAsync(Lease);

        var look = await bed.LookAsync(job);
        (look.State, look.Attempts).ShouldBe((JobState.Failed, 1));
    }

    [Fact]
    public async Task Holder_HeardOfAgainBeforeAnotherHasTheJob_GoesOnWithNothingLost()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        await bed.AdvanceAsync(Lease);
        bed.Queue.Queued.ShouldBe(1);

        (await pod.SendAsync(lease, "fp-1")).Stored.ShouldBe(1);

        bed.Queue.Queued.ShouldBe(0);
        (await new Pod(bed, "p2").LeaseManyAsync(1)).ShouldBeEmpty();
        (await pod.CompleteAsync(lease, "[1,2,3]")).ShouldBe(WorkState.Completed);
        (await bed.LookAsync(job)).Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Pod_TakenAfterItsNotice_CountsNoAttemptAndIsNotWaitedForLong()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;
        await pod.BeatAsync(new InterruptionNotice { Kind = "runpod-sigterm", SecondsLeft = 5 }, lease);

        await bed.AdvanceAsync(TimeSpan.FromSeconds(20));

        (await bed.LookAsync(job)).State.ShouldBe(JobState.Queued);
        (await new Pod(bed, "p2").LeaseAsync()).Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Pod_StartedAgainAfterItsNotice_CountsNoAttemptForWhatItForgot()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed, session: "before");
        var lease = (await pod.LeaseAsync()).Lease;
        await pod.BeatAsync(new InterruptionNotice { Kind = "google-preempted" }, lease);

        var again = new Pod(bed, session: "after");
        await again.BeatAsync();

        (await again.LeaseAsync()).Attempt.ShouldBe(1);
        (await bed.Queue.LookAsync(CancellationToken.None)).Pods.ShouldHaveSingleItem().Notice.ShouldBeNull();
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task Clock_SetWhileRunning_EndsNoLease(int hours)
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        await new Pod(bed).LeaseAsync();

        bed.Clock.Set(bed.Clock.GetUtcNow().AddHours(hours));
        await bed.AdvanceAsync(TimeSpan.FromMinutes(2));
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Running);

        await bed.AdvanceAsync(TimeSpan.FromMinutes(1));
        (await bed.LookAsync(job)).State.ShouldBe(JobState.Queued);
    }

    [Fact]
    public async Task Queue_LeftToItself_FindsStaleJobs()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        await new Pod(bed).LeaseAsync();
        await bed.CloseAsync();
        await bed.StartAsync(sweeps: true);
        var next = new Pod(bed, "p2");
        var waiting = next.CallAsync(next.LeaseRequest(wait: 600));

        bed.Clock.Advance(Lease);

        (await waiting.WaitAsync(TimeSpan.FromSeconds(60))).Leases.ShouldHaveSingleItem().Lease.Job.ShouldBe(job);
    }
}
