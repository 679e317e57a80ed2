namespace Serverless.Engine.Tests.Context;

public sealed class EventTests
{
    [Fact]
    public async Task Event_RaisedBeforeAnybodyWaits_IsKeptInOrder()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, string[]>("Main", async (context, n) =>
            {
                await context.WaitForExternalEvent<string>("start");
                var seen = new List<string>();
                for (var i = 0; i < n; i++) seen.Add(await context.WaitForExternalEvent<string>("item"));
                return [.. seen];
            });
        var id = await engine.ScheduleAsync("Main", 5);
        foreach (var item in (string[])["a", "b", "c"]) await engine.RaiseAsync(id, "item", item);
        await engine.RestartAsync();
        foreach (var item in (string[])["d", "e"]) await engine.RaiseAsync(id, "item", item);

        await engine.RaiseAsync(id, "start", "");

        (await engine.ResultAsync<string[]>(id)).ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public async Task Event_WaiterCancelled_GoesToTheNextWaiter()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", async (context, _) =>
        {
            using var cancel = new CancellationTokenSource();
            var patient = context.WaitForExternalEvent<string>("item");
            var impatient = context.WaitForExternalEvent<string>("item", cancel.Token);
            cancel.Cancel();
            await Caught.OfAsync<TaskCanceledException>(impatient);
            return await patient;
        });
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RaiseAsync(id, "item", "kept");

        (await engine.ResultAsync<string>(id)).ShouldBe("kept");
    }

    [Fact]
    public async Task Event_KeptAndTokenAlreadyCancelled_IsNotTaken()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", async (context, _) =>
        {
            await context.WaitForExternalEvent<string>("start");
            var cancelled = context.WaitForExternalEvent<string>("item", new CancellationToken(canceled: true));
            await Caught.OfAsync<TaskCanceledException>(cancelled);
            return await context.WaitForExternalEvent<string>("item");
        });
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RaiseAsync(id, "item", "still there");
        await engine.RaiseAsync(id, "start", "");

        (await engine.ResultAsync<string>(id)).ShouldBe("still there");
    }

    [Fact]
    public async Task Event_NameInAnotherCase_IsTheSame()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", async (context, _) =>
            await context.WaitForExternalEvent<string>("GO") + await context.WaitForExternalEvent<string>("Now"));
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RaiseAsync(id, "nOW", "2");
        await engine.RaiseAsync(id, "go", "1");

        (await engine.ResultAsync<string>(id)).ShouldBe("12");
    }

    [Fact]
    public async Task Event_WaitersAskForDifferentTypes_ThrowsAtTheSecond()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", async (context, _) =>
        {
            var other = context.WaitForExternalEvent<string>("item");
            return await context.WaitForExternalEvent<int>("ITEM") + (await other).Length;
        });

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.ErrorType.ShouldBe("System.ArgumentException");
        failure.ErrorMessage.ShouldBe("Another waiter for event 'ITEM' asked for another type than System.Int32.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Event_PayloadOfAnotherType_ThrowsIntoTheOrchestrator(bool early)
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>("Main", async (context, _) =>
        {
            if (early) await context.WaitForExternalEvent<string>("start");
            var item = context.WaitForExternalEvent<int>("item");
            try
            {
                return $"{await item}";
            }
            catch (System.Text.Json.JsonException)
            {
                return "caught";
            }
        });
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RaiseAsync(id, "item", "text");
        if (early) await engine.RaiseAsync(id, "start", "");

        (await engine.ResultAsync<string>(id)).ShouldBe("caught");
    }

    [Fact]
    public async Task Event_WithoutPayload_IsNull()
    {
        await using var engine = new EngineHarness().Orchestrator<int, bool>("Main", async (context, _) =>
            await context.WaitForExternalEvent<string?>("ping") is null);
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RaiseAsync(id, "ping");

        (await engine.ResultAsync<bool>(id)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("event", false)]
    [InlineData("event", true)]
    [InlineData("timer", false)]
    [InlineData("timer", true)]
    public async Task Event_RacingATimer_TheFirstWinsAlsoAcrossARestart(string winner, bool restart)
    {
        await using var engine = new EngineHarness()
            .Activity<string, string>("Tell", text => text)
            .Orchestrator<int, string>("Main", async (context, _) =>
            {
                using var cancel = new CancellationTokenSource();
                var timer = context.CreateTimer(TimeSpan.FromMinutes(5), cancel.Token);
                var done = context.WaitForExternalEvent<string>("done", cancel.Token);
                var first = await Task.WhenAny(timer, done);
                cancel.Cancel();
                var who = await context.CallActivityAsync<string>("Tell", first == timer ? "timer" : "event");
                await context.WaitForExternalEvent<string>("end");
                return who;
            });
        var id = await engine.ScheduleAsync("Main", 0);

        if (restart) await engine.RestartAsync();
        if (winner == "event") await engine.RaiseAsync(id, "done", "");
        else await FireAsync(engine, id);
        if (restart) await engine.RestartAsync();
        if (winner == "event") engine.Clock.Advance(TimeSpan.FromMinutes(10));
        else await engine.RaiseAsync(id, "done", "");
        await engine.RaiseAsync(id, "end", "");

        (await engine.ResultAsync<string>(id)).ShouldBe(winner);
    }

    /// <summary>Within one turn an event goes before a timer, so the timer must have had its turn.</summary>
    private static async Task FireAsync(EngineHarness engine, string id)
    {
        await engine.AdvanceAsync(TimeSpan.FromMinutes(5));
        await engine.WhenAsync(() => Task.FromResult(Sqlite.History(engine.DatabasePath, id).Contains("\"Fired\"")));
    }

    [Fact]
    public async Task Event_UnknownOrEndedInstance_IsRefused()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>("Main", (_, i) => Task.FromResult(i));
        await engine.RunAsync<int>("Main", 0, id: "ended");

        (await engine.Client.RaiseEventAsync("unknown", "go")).ShouldBeFalse();
        (await engine.Client.RaiseEventAsync("ended", "go")).ShouldBeFalse();
    }

    [Fact]
    public async Task Event_NotAcceptable_IsRefusedByName()
    {
        await using var engine = new EngineHarness().Orchestrator<int, string>(
            "Main", (context, _) => context.WaitForExternalEvent<string>("go"));
        var id = await engine.ScheduleAsync("Main", 0);

        await Should.ThrowAsync<ArgumentException>(() => engine.Client.RaiseEventAsync(id, ""));
        await Should.ThrowAsync<ArgumentException>(() => engine.Client.RaiseEventAsync(id, new string('n', 201)));
        await Should.ThrowAsync<ArgumentException>(
            () => engine.Client.RaiseEventAsync(id, "go", new string('x', EngineLimits.MaxPayloadBytes)));
        (await engine.StatusAsync(id)).ShouldBe(OrchestrationRuntimeStatus.Running);
    }
}
