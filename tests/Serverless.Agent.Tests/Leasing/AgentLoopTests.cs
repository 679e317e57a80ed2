using System.Text.Json;
using Serverless.Agent.Alerting;
using Serverless.Agent.Leasing;
using Serverless.Agent.Supervision;
using Serverless.Alerts.Tests;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>The agent against a coordinator over real HTTP, with real programs as workers.</summary>
public sealed class AgentLoopTests
{
    /// <summary>Waits for a file.</summary>
    private const string Gate = "wait_for() { while [ ! -e $DIR/$1 ]; do sleep 0.02; done; }\n";

    private const string TwoEntries = Gate + """
        cat > $DIR/input; echo '{"id":"fp-0","ok":1}'; wait_for go; echo '{"id":"fp-1","ok":2}'
        """;

    [Fact]
    public async Task Job_Streamed_HandsResultsOnAsTheyCome()
    {
        await using var agent = await AgentHarness.StartAsync(TwoEntries);
        var run = agent.RunAsync();
        var lease = agent.Coordinator.Offer("job-1", flashpoints: 2);
        await agent.Coordinator.WhenCalled(WorkPaths.Results);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0"]);

        agent.Open("go");
        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        agent.Coordinator.ResultIds.ShouldBe(["fp-0", "fp-1"]);
        agent.Coordinator.Results.First().Entries.Single().Value.ToString().ShouldBe("""{"id":"fp-0","ok":1}""");
        var completed = agent.Coordinator.Completed.Single();
        completed.Output.IsEmpty.ShouldBeTrue("all was handed over already");
        completed.Lease.ShouldBe(lease.Lease);
        File.ReadAllText(agent.File("input")).ShouldBe($$"""{"id":"job-1","input":{{lease.Input}}}""");
        agent.Stop();
        (await run).ShouldBe(AgentOutcome.Ended);
        agent.Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task Job_AnsweredAtOnce_HandsTheOutputOver()
    {
        await using var agent = await AgentHarness.StartAsync("""cat > $DIR/input; echo '{"results":[1,null]}'""");
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 2);

        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        agent.Coordinator.Completed.Single().Output.ToString().ShouldBe("""{"results":[1,null]}""");
        agent.Coordinator.Results.ShouldBeEmpty();
        agent.Stop();
        await run;
    }

    [Theory]
    [InlineData("exit 3", WorkFault.Worker)]
    [InlineData("echo not json", WorkFault.Handler)]
    public async Task Job_ThatFails_SaysWhoIsAtFault(string script, WorkFault fault)
    {
        await using var agent = await AgentHarness.StartAsync($"echo '{{\"id\":\"fp-0\"}}'; {script}");
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 2);

        await agent.Coordinator.WhenCalled(WorkPaths.Fail);

        agent.Coordinator.Failed.Single().Fault.ShouldBe(fault);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0"], "what was done before stays");
        agent.Stop();
        await run;
    }

    [Fact]
    public async Task Job_ThatTakesTooLong_IsStoppedAndFailsByItsTimeLimit()
    {
        await using var agent = await AgentHarness.StartAsync("echo '{\"id\":\"fp-0\"}'; exec sleep 600");
        var clock = new ManualClock();
        agent.Clock = clock;
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 2, timeoutSeconds: 20);
        await agent.Coordinator.WhenCalled(WorkPaths.Results);

        clock.Advance(TimeSpan.FromSeconds(20));
        await agent.Coordinator.WhenCalled(WorkPaths.Fail);

        agent.Coordinator.Failed.Single().Fault.ShouldBe(WorkFault.TimeLimit);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0"], "what was done before stays");
        agent.Stop();
        await run;
    }

    [Fact]
    public async Task Coordinator_Away_WorkGoesOnAndCatchesUp()
    {
        await using var agent = await AgentHarness.StartAsync(Gate + """
            cat > $DIR/input; echo '{"id":"fp-0"}'; wait_for go; echo '{"id":"fp-1"}'; echo '{"id":"fp-2"}'; touch $DIR/done
            """);
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 3);
        await agent.Coordinator.WhenCalled(WorkPaths.Results);
        agent.Coordinator.IsAway = true;
        agent.Open("go");
        await agent.Log.WhenSays("Job job-1 completed in");
        await agent.Coordinator.WhenCalled(WorkPaths.Results, times: 3);
        await Polling.UntilAsync(
            () => agent.Outbox.Count(file => file.EndsWith("end.json", StringComparison.Ordinal)) == 1, "its end is on disk");
        agent.Outbox.Count(file => file.Contains("result-", StringComparison.Ordinal)).ShouldBe(2);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0"]);

        agent.Coordinator.IsAway = false;
        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        agent.Coordinator.ResultIds.ShouldBe(["fp-0", "fp-1", "fp-2"]);
        agent.Stop();
        await run;
        agent.Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task Agent_ThatDied_ItsResultsAreSentByTheNext()
    {
        await using var agent = await AgentHarness.StartAsync("cat");
        var left = new OutboxFolder(Path.Combine(agent.StateFolder, "pod-1", "outbox", "job-9-3"), agent.Log);
        left.TryBegin(new LeaseId("job-9", 3)).ShouldBeTrue();
        left.TryAdd(new ResultEntry("fp-0", new RawJson("{\"a\":1}"u8.ToArray()))).ShouldNotBeNull();
        left.TryEnd(new JobEnd { Output = new RawJson("[1]"u8.ToArray()) });

        var run = agent.RunAsync();
        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        agent.Coordinator.Results.Single().Lease.ShouldBe(new LeaseId("job-9", 3));
        agent.Coordinator.Completed.Single().Output.ToString().ShouldBe("[1]");
        agent.Coordinator.Offer("job-10", flashpoints: 1);
        await agent.Log.WhenSays("Job job-10 taken");
        agent.Stop();
        await run;
        agent.Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task Job_CancelledByTheCoordinator_IsStoppedAndNothingMoreSaid()
    {
        await using var agent = await AgentHarness.StartAsync("echo $$ > $DIR/pid; exec sleep 600");
        var run = agent.RunAsync();
        agent.Coordinator.Cancelled["job-1"] = true;
        agent.Coordinator.Offer("job-1", flashpoints: 1);

        await agent.Log.WhenSays("Job job-1 is another's now; its work is stopped");

        agent.Coordinator.Offer("job-2", flashpoints: 1);
        await agent.Log.WhenSays("Job job-2 taken");
        agent.Stop();
        await run;
        agent.Coordinator.Failed.ShouldBeEmpty();
        agent.Coordinator.Released.ShouldHaveSingleItem().Lease.Job.ShouldBe("job-2");
    }

    [Fact]
    public async Task Job_WithAStaleToken_IsStoppedAndItsBufferThrownAway()
    {
        await using var agent = await AgentHarness.StartAsync("echo '{\"id\":\"fp-0\"}'; exec sleep 600");
        var run = agent.RunAsync();
        agent.Coordinator.Stale["job-1"] = true;
        agent.Coordinator.Offer("job-1", flashpoints: 2);

        await agent.Log.WhenSays("Job job-1 is another's now; its work is stopped");

        agent.Outbox.ShouldBeEmpty();
        agent.Stop();
        await run;
        agent.Coordinator.CountOf(WorkPaths.Release).ShouldBe(0);
    }

    [Fact]
    public async Task Pod_ToldToDrain_FinishesWhatItHoldsAndEnds()
    {
        await using var agent = await AgentHarness.StartAsync(TwoEntries);
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 2);
        await agent.Coordinator.WhenCalled(WorkPaths.Results);
        agent.Coordinator.Command = WorkCommand.Drain;
        await agent.Log.WhenSays("The coordinator says: drain");
        agent.Open("go");

        (await run).ShouldBe(AgentOutcome.Ended);

        agent.Coordinator.Completed.Count.ShouldBe(1);
        agent.Coordinator.Leases.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pod_ToldToStop_GivesBackWhatItHoldsAndEnds()
    {
        await using var agent = await AgentHarness.StartAsync(TwoEntries);
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 2);
        await agent.Coordinator.WhenCalled(WorkPaths.Results);
        agent.Coordinator.Command = WorkCommand.Stop;

        (await run).ShouldBe(AgentOutcome.Ended);

        agent.Coordinator.Released.Single().Reason.ShouldBe(ReleaseReason.Told);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0"]);
    }

    [Fact]
    public async Task Notice_OfRunPod_IsToldAtOnceAndTheWorkerMayFinishItsFlashpoint()
    {
        await using var agent = await AgentHarness.StartAsync(Gate + """
            trap 'wait_for go; echo "{\"id\":\"fp-1\"}"; exit 1' TERM
            echo '{"id":"fp-0"}'; while true; do sleep 0.02; done
            """);
        agent.Clock = new ManualClock();
        agent.Environment["RUNPOD_POD_ID"] = "xyz";
        agent.Options = agent.Options with { Supervision = new SupervisionOptions() };
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 3);
        await agent.Coordinator.WhenCalled(WorkPaths.Results);

        agent.Stop();
        var told = await agent.Coordinator.WhenBeats(beat => beat.Notice is not null);
        agent.Open("go");
        (await run).ShouldBe(AgentOutcome.Ended);

        told.Notice!.Kind.ShouldBe("runpod-sigterm");
        told.Notice!.SecondsLeft.ShouldBe(5);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0", "fp-1"], "it was printed after SIGTERM");
        var released = agent.Coordinator.Released.Single();
        released.Reason.ShouldBe(ReleaseReason.Interruption);
        released.Notice!.Kind.ShouldBe("runpod-sigterm");
        agent.Coordinator.Leases.Count.ShouldBe(1, "no new lease");
    }

    [Fact]
    public async Task Key_Wrong_EndsTheAgentWithoutSayingIt()
    {
        await using var agent = await AgentHarness.StartAsync("cat");
        agent.Options = agent.Options with { Key = "some-other-key" };

        (await agent.RunAsync()).ShouldBe(AgentOutcome.Refused);

        agent.RefusedBecause.ShouldBe("HTTP 401: No");
        agent.Log.Lines.ShouldNotContain(line => line.Contains("some-other-key"));
    }

    [Fact]
    public async Task Lease_AskedForAgain_HasTheSameRequestId()
    {
        await using var agent = await AgentHarness.StartAsync("cat > $DIR/input; echo '[1]'");
        agent.Coordinator.IsAway = true;
        var run = agent.RunAsync();
        await agent.Coordinator.WhenCalled(WorkPaths.Lease, times: 2);
        agent.Coordinator.IsAway = false;
        agent.Coordinator.Offer("job-1", flashpoints: 1);
        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        agent.Stop();
        await run;
        agent.Log.Count("The coordinator does not answer").ShouldBe(1);
        agent.Log.Count("The coordinator answers again").ShouldBe(1);
        agent.Coordinator.Leases.Select(request => request.RequestId).Distinct().Count().ShouldBe(agent.Coordinator.Leases.Count);
    }

    [Fact]
    public async Task Workers_ThatDieUnderEachJob_AreGivenNoMore()
    {
        await using var receiver = await Receiver.StartAsync();
        using var channels = Samples.Only("webhook", receiver.Address);
        await using var agent = await AgentHarness.StartAsync("exit 3");
        agent.Alerts = new AlertParts(channels.Routing, new MemoryObjectStore());
        agent.Options = agent.Options with
        {
            Supervision = agent.Options.Supervision with
            {
                Watchdog = new WatchdogOptions { MaxRestartsPerHour = 3, FirstPause = TimeSpan.FromMilliseconds(1) },
            },
        };
        var run = agent.RunAsync();
        for (var job = 1; job <= 10; job++) agent.Coordinator.Offer($"job-{job}", flashpoints: 1);

        await agent.Log.WhenSays("Critical: Restart limit reached: workers died under more than 3 jobs within an hour");
        var facts = (await agent.Coordinator.WhenBeats(beat => beat.Facts.RestartLimit is not null)).Facts;

        agent.Coordinator.Failed.Count.ShouldBe(4);
        facts.State.ShouldBe(PodState.Unhealthy);
        facts.TellsPeople.ShouldBe(true);
        facts.RestartLimit.ShouldNotBeNull().Restarts.ShouldBe(3);
        await agent.Log.WhenSays("\" sent on webhook");
        agent.Stop();
        await run;
        var told = JsonElement.Parse(receiver.Posts.ShouldHaveSingleItem().Body);
        told.GetProperty("event").GetString().ShouldBe("restart_limit");
        told.GetProperty("pod").GetRawText().ShouldBe("""{"pod_id":"pod-1","restarts":3}""");
        told.GetProperty("reason").GetString().ShouldBe("Workers died under one job after another, and no more are taken");
    }
}
