namespace Serverless.Engine.Tests.Context;

public sealed class ContinueAsNewTests
{
    [Fact]
    public async Task ContinueAsNew_ManyGenerations_KeepOneIdAndAShortHistory()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Next", i => i + 1)
            .Orchestrator<int, int>("Main", async (context, i) =>
            {
                var next = await context.CallActivityAsync<int>("Next", i);
                if (next < 200) context.ContinueAsNew(next);
                return next;
            });

        (await engine.RunAsync<int>("Main", 0, id: "me")).ShouldBe(200);

        (await engine.GetAsync("me")).SerializedInput.ShouldBe("199");
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM history").ShouldBe(2);
    }

    [Fact]
    public async Task ContinueAsNew_Restarted_GoesOnWithTheNewInput()
    {
        await using var engine = Generations();
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.RaiseAsync("me", "next", "");
        await engine.WhenShownAsync("me", "1");

        await engine.RestartAsync();
        await engine.RaiseAsync("me", "next", "");
        await engine.WhenShownAsync("me", "2");
        await engine.RaiseAsync("me", "stop", "");

        (await engine.ResultAsync<int>("me")).ShouldBe(2);
    }

    [Theory]
    [InlineData(true, "abc")]
    [InlineData(false, "")]
    public async Task ContinueAsNew_UnprocessedEvents_AreKeptOrDroppedAsAsked(bool keep, string expected)
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", async (context, generation) =>
        {
            if (generation == 0)
            {
                await context.WaitForExternalEvent<string>("go");
                context.ContinueAsNew(1, preserveUnprocessedEvents: keep);
                return "";
            }

            await context.WaitForExternalEvent<string>("end");
            var items = "";
            using var cancel = new CancellationTokenSource();
            while (items.Length < 3)
            {
                var item = context.WaitForExternalEvent<string>("item", cancel.Token);
                if (!item.IsCompleted) break;
                items += await item;
            }

            cancel.Cancel();
            return items;
        });
        await engine.ScheduleAsync("Main", 0, id: "me");
        foreach (var item in (string[])["a", "b", "c"]) await engine.RaiseAsync("me", "item", item);

        await engine.RaiseAsync("me", "go", "");
        await engine.RestartAsync();
        await engine.RaiseAsync("me", "end", "");

        (await engine.ResultAsync<string>("me")).ShouldBe(expected);
    }

    [Fact]
    public async Task ContinueAsNew_ChildOfTheFormerExecutionEnds_IsIgnored()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, string>("Child", (context, _) => context.WaitForExternalEvent<string>("go"))
            .Orchestrator<int, string>("Main", async (context, generation) =>
            {
                var child = context.CallSubOrchestratorAsync<string>("Child", 0, $"child-{generation}");
                if (generation == 1) return await child;
                await context.WaitForExternalEvent<string>("go");
                context.ContinueAsNew(1);
                return "";
            });
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.RaiseAsync("me", "go", "");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("child-1") is not null);

        await engine.RaiseAsync("child-0", "go", "late");
        await engine.EndAsync("child-0");
        await engine.RestartAsync();
        await engine.RaiseAsync("child-1", "go", "current");

        (await engine.ResultAsync<string>("me")).ShouldBe("current");
    }

    [Fact]
    public async Task ContinueAsNew_CustomStatus_IsCarriedOver()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", async (context, generation) =>
        {
            if (generation == 0)
            {
                context.SetCustomStatus("shown before");
                context.ContinueAsNew(1);
                return 0;
            }

            return await context.WaitForExternalEvent<int>("go");
        });

        await engine.ScheduleAsync("Main", 0, id: "me");

        (await engine.GetAsync("me")).SerializedCustomStatus.ShouldBe("\"shown before\"");
    }

    [Fact]
    public async Task ContinueAsNew_ForEver_CanBeTerminated()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Next", i => i + 1)
            .Orchestrator<int, int>("Main", async (context, i) =>
            {
                context.ContinueAsNew(await context.CallActivityAsync<int>("Next", i));
                return 0;
            });
        await engine.ScheduleAsync("Main", 0, id: "me");

        (await engine.Client.TerminateInstanceAsync("me")).ShouldBeTrue();

        (await engine.EndAsync("me")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task ContinueAsNew_ForEverWithoutWaiting_CanBeTerminated()
    {
        var gate = new Gate();
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", (context, i) =>
        {
            if (i == 1000) _ = gate.PassAsync();
            context.ContinueAsNew(i + 1);
            return Task.FromResult(0);
        });
        var scheduling = engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Main", 0, new StartOrchestrationOptions { InstanceId = "me" });
        await gate.ArrivedAsync();

        (await engine.Client.TerminateInstanceAsync("me").WaitAsync(EngineHarness.Patience)).ShouldBeTrue();

        await scheduling;
        (await engine.EndAsync("me")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task ContinueAsNew_ThenThrows_Fails()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", (context, _) =>
        {
            context.ContinueAsNew(1);
            throw new ArithmeticException("after all");
        });

        (await engine.FailureAsync(await engine.ScheduleAsync("Main", 0))).ErrorMessage.ShouldBe("after all");
    }

    [Fact]
    public async Task ContinueAsNew_WhileSuspended_StartsOverOnResume()
    {
        await using var engine = Generations();
        await engine.ScheduleAsync("Main", 0, id: "me");
        await engine.Client.SuspendInstanceAsync("me");
        await engine.RaiseAsync("me", "next", "");
        await engine.RestartAsync();

        await engine.Client.ResumeInstanceAsync("me");
        await engine.WhenShownAsync("me", "1");
        await engine.RaiseAsync("me", "stop", "");

        (await engine.ResultAsync<int>("me")).ShouldBe(1);
    }

    private static EngineHarness Generations() => new EngineHarness().Orchestrator<int, int>("Main", async (context, i) =>
    {
        context.SetCustomStatus(i);
        using var cancel = new CancellationTokenSource();
        var next = context.WaitForExternalEvent<string>("next", cancel.Token);
        var stop = context.WaitForExternalEvent<string>("stop", cancel.Token);
        if (await Task.WhenAny(next, stop) == next) context.ContinueAsNew(i + 1);
        cancel.Cancel();
        return i;
    });
}
