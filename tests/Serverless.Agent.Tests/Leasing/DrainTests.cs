using Serverless.Agent.Leasing;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>A job that is lent at the very moment in which its pod comes to take nothing more.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Job_LentWhileTheAgentIsToldToDrain_IsWorkedOnAtOnce()
    {
        await using var agent = await AgentHarness.StartAsync("cat > $DIR/input; echo '[1]'");
        var clock = new ManualClock();
        agent.Clock = clock;
        agent.Coordinator.AnswersWhatCloses = false;
        var run = await WaitingAsync(agent);
        await agent.Coordinator.WhenCalled(WorkPaths.Heartbeat);
        agent.Coordinator.Command = WorkCommand.Drain;
        clock.Advance(WorkLimits.HeartbeatInterval);
        await agent.Log.WhenSays("The coordinator says: drain");

        agent.Coordinator.Offer("job-1", flashpoints: 1);

        (await run).ShouldBe(AgentOutcome.Ended);
        agent.Coordinator.Completed.Single().Lease.Job.ShouldBe("job-1");
        agent.Coordinator.Leases.Count.ShouldBe(1, "it asks for no more");
        agent.Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task Job_LentWhileTheAgentIsStopped_IsGivenBackAtOnceAndNotBegun()
    {
        await using var agent = await AgentHarness.StartAsync("touch $DIR/begun; exec sleep 600");
        agent.Clock = new ManualClock();
        agent.Coordinator.AnswersWhatCloses = false;
        var run = await WaitingAsync(agent);
        agent.Stop();

        agent.Coordinator.Offer("job-1", flashpoints: 1);

        (await run).ShouldBe(AgentOutcome.Ended);
        var released = agent.Coordinator.Released.Single();
        (released.Lease.Job, released.Reason).ShouldBe(("job-1", ReleaseReason.Shutdown));
        File.Exists(agent.File("begun")).ShouldBeFalse();
        agent.Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task Job_LentAlongWithTheOrderToStop_IsGivenBackAsTold()
    {
        await using var agent = await AgentHarness.StartAsync("touch $DIR/begun; exec sleep 600");
        agent.Clock = new ManualClock();
        agent.Coordinator.AnswersWhatCloses = false;
        var run = await WaitingAsync(agent);

        agent.Coordinator.Command = WorkCommand.Stop;
        agent.Coordinator.Offer("job-1", flashpoints: 1);

        (await run).ShouldBe(AgentOutcome.Ended);
        agent.Coordinator.Released.Single().Reason.ShouldBe(ReleaseReason.Told);
        File.Exists(agent.File("begun")).ShouldBeFalse();
    }

    [Fact]
    public async Task Call_ThatNobodyAnswers_IsHeardOutForTwoSecondsWhenTheEndIsWanted()
    {
        await using var agent = await AgentHarness.StartAsync("cat");
        var clock = new ManualClock();
        agent.Clock = clock;
        agent.Coordinator.AnswersWhatCloses = false;
        var run = await WaitingAsync(agent);

        agent.Stop();
        clock.Advance(TimeSpan.FromSeconds(1.9));
        run.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));

        (await run).ShouldBe(AgentOutcome.Ended);
        agent.Coordinator.Released.ShouldBeEmpty();
    }

    [Fact]
    public async Task Agent_IdleWhenItIsStopped_IsAnsweredAtOnce()
    {
        await using var agent = await AgentHarness.StartAsync("cat");
        agent.Clock = new ManualClock();
        var run = await WaitingAsync(agent);

        agent.Stop();

        (await run).ShouldBe(AgentOutcome.Ended);
        agent.Coordinator.Heartbeats.Last().Facts.State.ShouldBe(PodState.Stopping);
    }

    [Fact]
    public async Task Agent_ToldToDrainBeforeItEverAskedForWork_AsksOnceSoThatWhatWasForgottenIsFreed()
    {
        await using var agent = await AgentHarness.StartAsync("");
        agent.Options = agent.Options with
        {
            WorkerCommand = null,
            WorkerUrl = new Uri("http://127.0.0.1:9"),
            Serve = ["sleep", "600"],
            Supervision = agent.Options.Supervision with { HeartbeatFile = agent.File("never-touched") },
        };
        agent.Coordinator.Command = WorkCommand.Drain;

        (await agent.RunAsync()).ShouldBe(AgentOutcome.Ended);

        agent.Coordinator.Leases.Single().Holding.ShouldBeEmpty();
        agent.Coordinator.Heartbeats.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(WorkCommand.Drain)]
    [InlineData(WorkCommand.Stop)]
    public async Task Agent_ToldToEndAsSoonAsItIsStartedAgain_SendsWhatTheLastOneLeft(WorkCommand order)
    {
        await using var agent = await AgentHarness.StartAsync("cat");
        agent.Clock = new ManualClock();
        var left = new OutboxFolder(Path.Combine(agent.StateFolder, "pod-1", "outbox", "job-9-3"), agent.Log);
        left.TryBegin(new LeaseId("job-9", 3)).ShouldBeTrue();
        left.TryAdd(new ResultEntry("fp-0", new RawJson("{\"a\":1}"u8.ToArray()))).ShouldNotBeNull();
        left.TryEnd(new JobEnd { Output = new RawJson("[1]"u8.ToArray()) });
        agent.Coordinator.Command = order;

        (await agent.RunAsync()).ShouldBe(AgentOutcome.Ended);

        agent.Coordinator.Completed.Single().Lease.Job.ShouldBe("job-9");
        agent.Outbox.ShouldBeEmpty();
    }

    /// <summary>An agent whose call for work waits at the coordinator.</summary>
    private static async Task<Task<AgentOutcome>> WaitingAsync(AgentHarness agent)
    {
        var run = agent.RunAsync();
        await agent.Coordinator.WhenAsked();
        return run;
    }
}
