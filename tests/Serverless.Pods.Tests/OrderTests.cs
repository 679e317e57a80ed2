using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Tests;

/// <summary>Orders of people to pods, and what becomes of a call for work that waits when its pod takes nothing more.</summary>
public sealed class OrderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(WorkCommand.Drain)]
    [InlineData(WorkCommand.Stop)]
    public async Task Order_ToAPod_IsToldByEachAnswerAndNothingIsLent(WorkCommand order)
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync(chunk: 0);
        await bed.SubmitAsync(chunk: 1);
        var pod = new Pod(bed);
        var lease = (await pod.LeaseAsync()).Lease;

        var view = await bed.Queue.OrderAsync("gpu/p1", order);

        view!.Order.ShouldBe(order);
        view.Jobs.ShouldHaveSingleItem().Job.ShouldBe(lease.Job);
        var beat = await pod.BeatAsync(lease);
        (beat.Command, beat.Jobs.Single().Command).ShouldBe((order, WorkCommand.Continue));
        var reply = await pod.CallAsync(pod.LeaseRequest(holding: lease));
        (reply.Command, reply.Leases.Count).ShouldBe((order, 0));
        (await pod.CompleteAsync(lease, "[1,2,3]")).ShouldBe(WorkState.Completed);
        bed.Logs.Lines.ShouldContain($"Information: Pod gpu/p1 is told from now on: {order.ToString().ToLowerInvariant()}");
    }

    [Fact]
    public async Task Order_AfterARestartOfTheHostAndOfTheAgent_StandsUntilItIsUndone()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        await new Pod(bed).BeatAsync();
        await bed.Queue.OrderAsync("gpu/p1", WorkCommand.Drain);
        await bed.RestartAsync();

        var again = new Pod(bed, session: "s2");
        (await again.BeatAsync()).Command.ShouldBe(WorkCommand.Drain);
        (await again.CallAsync(again.LeaseRequest())).Leases.ShouldBeEmpty();
        (await bed.Queue.OrderAsync("gpu/p1", WorkCommand.Continue))!.Order.ShouldBe(WorkCommand.Continue);

        (await again.BeatAsync()).Command.ShouldBe(WorkCommand.Continue);
        await again.LeaseAsync();
    }

    [Fact]
    public async Task Job_ForgottenByAPodThatIsToDrain_IsQueuedAgainAtOnceForOthers()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        await new Pod(bed).LeaseAsync();
        await bed.Queue.OrderAsync("gpu/p1", WorkCommand.Drain);

        var again = new Pod(bed, session: "s2");
        (await again.CallAsync(again.LeaseRequest())).Leases.ShouldBeEmpty();

        (await new Pod(bed, "p2").LeaseAsync()).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task Order_ToAPodThatNobodyKnows_IsNone()
    {
        await using var bed = await QueueBed.OpenAsync();

        (await bed.Queue.OrderAsync("gpu/p9", WorkCommand.Drain)).ShouldBeNull();

        (await bed.Queue.LookAsync(CancellationToken.None)).Pods.ShouldBeEmpty();
    }

    [Fact]
    public async Task Order_GivenAndUndone_IsAmongWhatBefellThePod()
    {
        await using var bed = await QueueBed.OpenAsync();
        await new Pod(bed).BeatAsync();

        foreach (var order in (WorkCommand[])[WorkCommand.Drain, WorkCommand.Drain, WorkCommand.Stop, WorkCommand.Continue])
            await bed.Queue.OrderAsync("gpu/p1", order);

        var events = (await bed.Queue.LookAsync(CancellationToken.None)).Events.Where(one => one.Kind == PodEventKind.Ordered);
        events.Reverse().Select(one => one.Text).ShouldBe(["to drain", "to stop", "to stop no more"]);
    }

    [Fact]
    public async Task Notice_OfAPodThatIsToStop_DoesNotHaveItDrain()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        await pod.BeatAsync();
        await bed.Queue.OrderAsync("gpu/p1", WorkCommand.Stop);

        (await pod.BeatAsync(new InterruptionNotice { Kind = "azure-preempt" })).Command.ShouldBe(WorkCommand.Stop);
    }

    [Fact]
    public async Task Answer_ThatWasLost_IsGivenAgainToAPodThatIsToDrain()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var pod = new Pod(bed);
        var request = pod.LeaseRequest();
        var lent = (await pod.CallAsync(request)).Leases.ShouldHaveSingleItem();
        await bed.Queue.OrderAsync("gpu/p1", WorkCommand.Drain);

        var again = await pod.CallAsync(request);

        (again.Command, again.Leases.ShouldHaveSingleItem().Lease).ShouldBe((WorkCommand.Drain, lent.Lease));
    }

    [Fact]
    public async Task Call_ThatWaitsWhenThePodIsOrderedToDrain_IsAnsweredAtOnce()
    {
        await using var bed = await QueueBed.OpenAsync();
        var waiting = await WaitAsync(bed, new Pod(bed));

        await bed.Queue.OrderAsync("gpu/p1", WorkCommand.Drain);

        var reply = await waiting.WaitAsync(Patience);
        (reply.Command, reply.Leases.Count).ShouldBe((WorkCommand.Drain, 0));
    }

    [Theory]
    [InlineData(PodState.Draining)]
    [InlineData(PodState.Stopping)]
    public async Task Call_ThatWaitsWhenThePodSaysItTakesNothingMore_IsAnsweredAtOnce(PodState state)
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        var waiting = await WaitAsync(bed, pod);

        pod.Facts = new PodFacts { State = state };
        await pod.BeatAsync();

        var reply = await waiting.WaitAsync(Patience);
        (reply.Command, reply.Leases.Count).ShouldBe((WorkCommand.Drain, 0));
        (await bed.Queue.LookAsync(CancellationToken.None)).Pods.Single().Facts.State.ShouldBe(state, "not what the call said before");
    }

    [Fact]
    public async Task Call_ThatWaitsWhenThePodTellsOfANotice_IsAnsweredAtOnce()
    {
        await using var bed = await QueueBed.OpenAsync();
        var pod = new Pod(bed);
        var waiting = await WaitAsync(bed, pod);

        await pod.BeatAsync(new InterruptionNotice { Kind = "aws-instance-action", SecondsLeft = 120 });

        var reply = await waiting.WaitAsync(Patience);
        (reply.Command, reply.Leases.Count).ShouldBe((WorkCommand.Drain, 0));
    }

    [Fact]
    public async Task Call_ThatWaits_IsNoSignOfLifeWhenItIsLookedAtAgain()
    {
        await using var bed = await QueueBed.OpenAsync();
        var waiting = await WaitAsync(bed, new Pod(bed));
        bed.Clock.Advance(TimeSpan.FromSeconds(50));

        await new Pod(bed, "p2").BeatAsync();
        await bed.Queue.OrderAsync("gpu/p2", WorkCommand.Drain);
        var view = await bed.Queue.LookAsync(CancellationToken.None);

        view.Pods.Single(pod => pod.Name == "gpu/p1").LastSeenSeconds.ShouldBe(50);
        waiting.IsCompleted.ShouldBeFalse();
        await bed.SubmitAsync();
        (await waiting.WaitAsync(Patience)).Leases.Count.ShouldBe(1);
        (await bed.Queue.LookAsync(CancellationToken.None)).Pods.Single(pod => pod.Name == "gpu/p1").LastSeenSeconds.ShouldBe(50);
    }

    /// <summary>A call that waits for work, and has found none.</summary>
    private static async Task<Task<LeaseReply>> WaitAsync(QueueBed bed, Pod pod)
    {
        var waiting = pod.CallAsync(pod.LeaseRequest(wait: 60));
        await bed.Clock.WhenTimerDueBy(bed.Clock.GetUtcNow().AddSeconds(60)).WaitAsync(Patience);
        return waiting;
    }
}
