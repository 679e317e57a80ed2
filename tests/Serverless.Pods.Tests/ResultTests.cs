using System.Text;
using Serverless.Core.Jobs;
using Serverless.Protocol;

namespace Serverless.Pods.Tests;

public sealed class ResultTests
{
    [Fact]
    public async Task Results_SentTwice_AreStoredOnceAndTheFirstCounts()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;

        var first = await pod.SendAsync(lease, "fp-2", "fp-1");
        var second = await pod.SendAsync(lease, "fp-1", "fp-3", "fp-x");
        await pod.CompleteAsync(lease);

        (first.Stored, first.Known, first.Foreign).ShouldBe((2, 0, 0));
        (second.Stored, second.Known, second.Foreign).ShouldBe((1, 1, 1));
        Text((await bed.LookAsync(job)).Output).ShouldBe(
            """{"results":[{"id":"fp-1","by":"p1"},{"id":"fp-2","by":"p1"},{"id":"fp-3","by":"p1"}]}""");
    }

    [Fact]
    public async Task Job_DiedAfterKOfN_ComesBackWithTheRest()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync(flashpoints: 4);
        var dead = new Pod(bed);
        await dead.SendAsync((await dead.LeaseAsync()).Lease, "fp-1", "fp-3");
        await bed.AdvanceAsync(TimeSpan.FromMinutes(3));

        var lease = await new Pod(bed, "p2").LeaseAsync();

        lease.Input.ToString().ShouldBe(
            """{"run_id":"run","chunk":0,"flashpoints":[{"id":"fp-2","title":"T"},{"id":"fp-4","title":"T"}],"timeouts":{}}""");
    }

    [Fact]
    public async Task Output_OfTheRest_IsGivenToTheRest()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync(flashpoints: 4);
        var (dead, pod) = (new Pod(bed), new Pod(bed, "p2"));
        await dead.SendAsync((await dead.LeaseAsync()).Lease, "fp-1", "fp-3");
        await bed.AdvanceAsync(TimeSpan.FromMinutes(3));
        var lease = (await pod.LeaseAsync()).Lease;

        // One of the two was sent ahead; the handler's list has both, in order and without ids.
        await pod.SendAsync(lease, "fp-4");
        await pod.CompleteAsync(lease, """["two","four"]""");

        Text((await bed.LookAsync(job)).Output).ShouldBe(
            """{"results":[{"id":"fp-1","by":"p1"},"two",{"id":"fp-3","by":"p1"},{"id":"fp-4","by":"p2"}]}""");
    }

    [Theory]
    [InlineData("""{"results":[1,2]}""", "there are 2 entries for 3 flashpoints")]
    [InlineData("""{"answer":1}""", "the output has no \"results\"")]
    public async Task Output_ThatCannotBeGivenToTheFlashpoints_FailsTheJob(string output, string reason)
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;

        (await pod.CompleteAsync(lease, output)).ShouldBe(WorkState.Failed);

        var look = await bed.LookAsync(job);
        look.State.ShouldBe(JobState.Failed);
        look.Fault.ShouldBe(JobFault.Handler);
        look.Error.ShouldNotBeNull().ShouldStartWith($"the job completed without a usable output: {reason}");
    }

    [Fact]
    public async Task Output_WithErrorsAndNulls_KeepsThem()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = await bed.SubmitAsync();
        var pod = new Pod(bed);

        await pod.CompleteAsync((await pod.LeaseAsync()).Lease, """{"results":[1,null,{"id":"fp-3","error":"no \"feed\""}]}""");

        Text((await bed.LookAsync(job)).Output).ShouldBe(
            """{"results":[1,{"id":"fp-2","error":"the worker returned null"},{"id":"fp-3","error":"no \u0022feed\u0022"}]}""");
    }

    [Fact]
    public async Task Parts_OfARunningJob_AreDrainedOnceEachWithTheirIds()
    {
        await using var bed = await QueueBed.OpenAsync();
        var job = new JobReference(new JobId(await bed.SubmitAsync()), bed.Clock.GetUtcNow());
        var (pod, backend) = (new Pod(bed), bed.Backend);
        var lease = (await pod.LeaseAsync()).Lease;

        await pod.SendAsync(lease, "fp-2");
        var first = await backend.DrainAsync(job, CancellationToken.None);
        await pod.SendAsync(lease, "fp-1");
        var second = await backend.DrainAsync(job, CancellationToken.None);
        var third = await backend.DrainAsync(job, CancellationToken.None);

        first.ShouldHaveSingleItem().Id.ShouldBe("fp-2");
        second.ShouldHaveSingleItem().Id.ShouldBe("fp-1");
        Text(second[0].Json).ShouldBe("""{"id":"fp-1","by":"p1"}""");
        third.ShouldBeEmpty();
    }

    private static string Text(ReadOnlyMemory<byte>? json) => Encoding.UTF8.GetString(json.ShouldNotBeNull().Span);
}
