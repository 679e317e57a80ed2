using System.Collections.Concurrent;

namespace Serverless.Engine.Tests.Recovery;

public sealed class RecoveryTests
{
    [Fact]
    public async Task Start_InstancesAsleep_AreNotLoaded()
    {
        await using var engine = Program();
        for (var i = 0; i < 50; i++) await engine.ScheduleAsync(i % 2 == 0 ? "Wait" : "Sleep", i, id: $"i-{i:00}");

        await engine.RestartAsync();

        engine.Engine.InstancesInMemory.ShouldBe(0);
        await engine.AdvanceAsync(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 50; i += 2) await engine.RaiseAsync($"i-{i:00}", "go", i);
        for (var i = 0; i < 50; i++) (await engine.ResultAsync<int>($"i-{i:00}")).ShouldBe(i);
    }

    [Fact]
    public async Task Instance_IdleForLongEnough_LeavesMemoryAndComesBack()
    {
        await using var engine = Program().With(options => options with { IdleTimeout = TimeSpan.FromSeconds(30) });
        await engine.ScheduleAsync("Wait", 0, id: "me");
        engine.Engine.InstancesInMemory.ShouldBe(1);

        await Until(() =>
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(30));
            return engine.Engine.InstancesInMemory == 0;
        });
        await engine.RaiseAsync("me", "go", 7);

        (await engine.ResultAsync<int>("me")).ShouldBe(7);
    }

    [Fact]
    public async Task Instance_WithAnActivityUnderWay_StaysInMemory()
    {
        var gate = new Gate();
        await using var engine = Program(gate).With(options => options with { IdleTimeout = TimeSpan.FromSeconds(30) });
        await engine.ScheduleAsync("Work", 3, id: "me");
        await gate.ArrivedAsync();

        for (var i = 0; i < 10; i++) engine.Clock.Advance(TimeSpan.FromSeconds(30));
        engine.Engine.InstancesInMemory.ShouldBe(1);
        gate.Open();

        (await engine.ResultAsync<int>("me")).ShouldBe(3);
    }

    [Fact]
    public async Task Instance_Ended_LeavesMemory()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");

        await engine.RaiseAsync("me", "go", 7);
        await engine.EndAsync("me");

        await Until(() => engine.Engine.InstancesInMemory == 0);
    }

    [Fact]
    public async Task ActivateAllOff_NothingMovesUntilItsRootIsActivated()
    {
        var gate = new Gate();
        var calls = new ConcurrentQueue<int>();
        await using var engine = Program(gate, calls);
        foreach (var root in (string[])["a", "b"]) await engine.ScheduleAsync("Tree", root == "a" ? 1 : 2, id: root);
        await gate.ArrivedAsync(2);
        await engine.StopAsync();
        engine.With(options => options with { ActivateAll = false });
        _ = engine.Engine;
        engine.Engine.InstancesInMemory.ShouldBe(0);

        engine.Engine.Activate("a").ShouldBeTrue();
        await gate.ArrivedAsync();
        gate.Open();
        engine.Clock.Advance(TimeSpan.FromHours(1));

        (await engine.ResultAsync<int>("a")).ShouldBe(1);
        (await engine.StatusAsync("b")).ShouldBe(OrchestrationRuntimeStatus.Running);
        calls.Count(call => call == 2).ShouldBe(1);
        engine.Engine.Activate("b").ShouldBeTrue();
        (await engine.ResultAsync<int>("b")).ShouldBe(2);
        calls.Count(call => call == 2).ShouldBe(2);
    }

    [Fact]
    public async Task Activate_UnknownOrEnded_IsRefused()
    {
        await using var engine = Program().With(options => options with { ActivateAll = false });
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.RaiseAsync("me", "go", 7);
        await engine.EndAsync("me");

        engine.Engine.Activate("me").ShouldBeFalse();
        engine.Engine.Activate("nobody").ShouldBeFalse();
    }

    [Fact]
    public async Task Activate_OneTree_LeavesTheOrphansOfAnother()
    {
        await using var engine = Program().With(options => options with { ActivateAll = false });
        foreach (var root in (string[])["a", "b"])
        {
            await engine.ScheduleAsync("WaitForChild", 0, id: root);
            await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync($"{root}:0000") is not null);
        }

        await engine.Client.TerminateInstanceAsync("b", new TerminateInstanceOptions(Recursive: false));
        await engine.TamperAsync("UPDATE instances SET cascade = 1, state_checksum = NULL WHERE id = 'b'");

        engine.Engine.Activate("a");
        await engine.RaiseAsync("a:0000", "go", 4);

        (await engine.ResultAsync<int>("a")).ShouldBe(4);
        (await engine.StatusAsync("b:0000")).ShouldBe(OrchestrationRuntimeStatus.Running);
    }

    [Fact]
    public async Task Orchestrator_NotRegisteredAtTheStart_LeavesTheInstanceForLater()
    {
        var gate = new Gate();
        await using var engine = Program(gate);
        await engine.ScheduleAsync("Work", 5, id: "me");
        await gate.ArrivedAsync();
        gate.Open();
        await engine.StopAsync();
        await engine.TamperAsync(
            "DELETE FROM history WHERE position & 0xFFFFFF; "
            + "UPDATE instances SET status = 0, output = NULL, open_activities = 1, state_checksum = NULL, output_checksum = NULL");

        await engine.DeployAsync(_ => { });
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => engine.EndAsync("me"));
        refused.Message.ShouldBe(
            "Instance 'me' needs the orchestrator 'Work', which is not registered. It waits until it is.");
        await Should.ThrowAsync<InvalidOperationException>(() => engine.Client.RaiseEventAsync("me", "go"));

        await engine.DeployAsync(again => Register(again, gate));
        (await engine.ResultAsync<int>("me")).ShouldBe(5);
    }

    [Fact]
    public async Task Orchestrator_NotRegisteredAndNeverBegun_WaitsToo()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 5, id: "me");
        await engine.TamperAsync("DELETE FROM history; UPDATE instances SET status = 6, state_checksum = NULL");
        await engine.DeployAsync(_ => { });

        await Should.ThrowAsync<InvalidOperationException>(() => engine.EndAsync("me"));
        (await engine.StatusAsync("me")).ShouldBe(OrchestrationRuntimeStatus.Pending);

        await engine.DeployAsync(again => Register(again));
        await engine.RaiseAsync("me", "go", 7);
        (await engine.ResultAsync<int>("me")).ShouldBe(7);
    }

    [Fact]
    public async Task Orchestrator_NotRegistered_ItsInstancesCanStillBeTerminatedAndPurged()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("WaitForChild", 0, id: "p");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("p:0000") is
        {
            RuntimeStatus: OrchestrationRuntimeStatus.Running,
        });
        await engine.DeployAsync(_ => { });

        (await engine.Client.TerminateInstanceAsync("p", new TerminateInstanceOptions("gone"))).ShouldBeTrue();

        (await engine.EndAsync("p")).SerializedOutput.ShouldBe("\"gone\"");
        (await engine.EndAsync("p:0000")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        (await engine.Client.PurgeInstanceAsync("p", recursive: true)).ShouldBe(2);
    }

    [Fact]
    public async Task Factory_Throws_TheInstanceWaitsForTheNextStart()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.DeployAsync(broken => broken.Registry.AddOrchestrator(
            "Wait", () => throw new InvalidOperationException("no container")));

        (await Should.ThrowAsync<InvalidOperationException>(() => engine.Client.RaiseEventAsync("me", "go", 1)))
            .Message.ShouldBe("no container");
        (await Should.ThrowAsync<InvalidOperationException>(() => engine.EndAsync("me"))).Message.ShouldBe("no container");
        engine.Log.Errors.ShouldNotBeEmpty();

        await engine.DeployAsync(again => Register(again));
        await engine.RaiseAsync("me", "go", 7);
        (await engine.ResultAsync<int>("me")).ShouldBe(7);
    }

    [Fact]
    public async Task Restart_AnyNumberOfTimes_RunsNoFinishedActivityAgain()
    {
        var calls = new ConcurrentQueue<int>();
        await using var engine = new EngineHarness()
            .Activity<int, int>("Step", i =>
            {
                calls.Enqueue(i);
                return i;
            })
            .Orchestrator<int, int>("Main", async (context, n) =>
            {
                var sum = 0;
                for (var i = 0; i < n; i++)
                {
                    sum += await context.CallActivityAsync<int>("Step", i);
                    await context.WaitForExternalEvent<string>("go");
                }

                return sum;
            });
        await engine.ScheduleAsync("Main", 10, id: "me");
        for (var i = 0; i < 10; i++)
        {
            await engine.RestartAsync();
            await engine.RaiseAsync("me", "go", "");
        }

        (await engine.ResultAsync<int>("me")).ShouldBe(45);
        calls.ShouldBe(Enumerable.Range(0, 10));
    }

    [Fact]
    public async Task Restart_LongHistory_GoesOn()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Double", i => i * 2)
            .Orchestrator<int, int>("Main", async (context, n) =>
            {
                var all = await Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallActivityAsync<int>("Double", i)));
                return all.Sum() + await context.WaitForExternalEvent<int>("go");
            });
        await engine.ScheduleAsync("Main", 20_000, id: "me");
        await engine.WhenAsync(() => Task.FromResult(Sqlite.Scalar<long>(
            engine.DatabasePath, "SELECT open_activities FROM instances") == 0));
        await engine.RestartAsync();

        await engine.RaiseAsync("me", "go", 1);

        (await engine.ResultAsync<int>("me")).ShouldBe(19_999 * 20_000 + 1);
    }

    private static EngineHarness Program(Gate? gate = null, ConcurrentQueue<int>? calls = null) =>
        Register(new EngineHarness(), gate, calls);

    private static EngineHarness Register(EngineHarness engine, Gate? gate = null, ConcurrentQueue<int>? calls = null) =>
        engine
            .Activity<int, int>("Work", async (context, i) =>
            {
                calls?.Enqueue(i);
                if (gate is not null) await gate.PassAsync(context.CancellationToken);
                return i;
            })
            .Orchestrator<int, int>("Wait", (context, _) => context.WaitForExternalEvent<int>("go"))
            .Orchestrator<int, int>("WaitForChild", (context, _) => context.CallSubOrchestratorAsync<int>("Wait", 0))
            .Orchestrator<int, int>("Work", (context, i) => context.CallActivityAsync<int>("Work", i))
            .Orchestrator<int, int>("Tree", async (context, i) =>
            {
                var child = context.CallSubOrchestratorAsync<int>("Work", i);
                await context.CreateTimer(TimeSpan.FromMinutes(10), CancellationToken.None);
                return await child;
            })
            .Orchestrator<int, int>("Sleep", async (context, i) =>
            {
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                return i;
            });

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(EngineHarness.Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
