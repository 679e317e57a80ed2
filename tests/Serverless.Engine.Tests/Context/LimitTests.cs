namespace Serverless.Engine.Tests.Context;

/// <summary>Each bound refuses by name what goes beyond it, and leaves the rest alone.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Events_NotTaken_AreRefusedBeyondTheLimitAndTakenAfterARestart()
    {
        await using var engine = Program(new EngineBounds { KeptEvents = 3 });
        await engine.ScheduleAsync("TakeOnGo", 3, id: "me");
        for (var i = 0; i < 3; i++) await engine.RaiseAsync("me", "item", i);

        var refused = await Should.ThrowAsync<InvalidOperationException>(
            () => engine.Client.RaiseEventAsync("me", "item", 3));

        refused.Message.ShouldStartWith("Instance 'me' has 3 external events that it has not taken");
        Sqlite.History(engine.DatabasePath, "me").ShouldNotContain("\"in\":3");
        await engine.RestartAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => engine.Client.RaiseEventAsync("me", "item", 3));
        await engine.With(options => options with { Bounds = new EngineBounds { KeptEvents = 4 } }).RestartAsync();
        await engine.RaiseAsync("me", "go", 0);
        (await engine.ResultAsync<int[]>("me")).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task Events_OfASuspendedInstance_CountToo()
    {
        await using var engine = Program(new EngineBounds { KeptEvents = 2 });
        await engine.ScheduleAsync("Take", 3, id: "me");
        await engine.Client.SuspendInstanceAsync("me");
        await engine.RaiseAsync("me", "item", 0);
        await engine.RaiseAsync("me", "item", 1);

        await Should.ThrowAsync<InvalidOperationException>(() => engine.Client.RaiseEventAsync("me", "item", 2));

        await engine.Client.ResumeInstanceAsync("me");
        await engine.RaiseAsync("me", "item", 3);
        (await engine.ResultAsync<int[]>("me")).ShouldBe([0, 1, 3]);
    }

    [Fact]
    public async Task Events_ThatAreTaken_MayBeAnyNumber()
    {
        await using var engine = Program(new EngineBounds { KeptEvents = 1 });
        await engine.ScheduleAsync("Take", 5, id: "me");

        for (var i = 0; i < 5; i++) await engine.RaiseAsync("me", "item", i);

        (await engine.ResultAsync<int[]>("me")).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task Instances_BeyondTheLimit_AreRefusedUntilOneEnds()
    {
        await using var engine = Program(new EngineBounds { LiveInstances = 2 });
        await engine.ScheduleAsync("Take", 1, id: "a");
        await engine.ScheduleAsync("Take", 1, id: "b");

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => engine.ScheduleAsync("Take", 1, id: "c"));

        refused.Message.ShouldStartWith("2 instances have not ended, as many as are allowed.");
        await engine.RestartAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => engine.ScheduleAsync("Take", 1, id: "c"));
        await engine.RaiseAsync("a", "item", 1);
        await engine.ResultAsync<int[]>("a");
        await engine.ScheduleAsync("Take", 1, id: "c");
        (await engine.Client.GetInstanceAsync("c")).ShouldNotBeNull();
    }

    [Fact]
    public async Task History_TooManySegments_FailsTheInstance()
    {
        await using var engine = Program(new EngineBounds { HistorySegments = 4 });
        await engine.ScheduleAsync("Take", 9, id: "me");
        for (var i = 0; i < 3; i++) await engine.RaiseAsync("me", "item", i);

        var failure = await engine.FailureAsync("me");

        failure.ErrorType.ShouldBe("HistoryTooLong");
        failure.ErrorMessage.ShouldStartWith("The history has 4 segments, as many as are allowed.");
        (await engine.Client.RaiseEventAsync("me", "item", 4)).ShouldBeFalse();
        engine.Engine.Broken.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task History_EndingInTheLastSegment_Completes()
    {
        await using var engine = Program(new EngineBounds { HistorySegments = 4 });
        await engine.ScheduleAsync("Take", 3, id: "me");

        for (var i = 0; i < 3; i++) await engine.RaiseAsync("me", "item", i);

        (await engine.ResultAsync<int[]>("me")).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task History_TooLargeATurn_FailsTheInstanceAndNoOther()
    {
        await using var engine = Program(new EngineBounds { SegmentBytes = 2000 });
        var small = await engine.ScheduleAsync("Many", 5);

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Many", 200));

        failure.ErrorType.ShouldBe("HistoryTooLong");
        failure.ErrorMessage.ShouldContain("bytes of history; at most 2,000 are allowed.");
        (await engine.ResultAsync<int>(small)).ShouldBe(5);
    }

    [Theory]
    [InlineData("Many", "activities")]
    [InlineData("Timers", "timers")]
    [InlineData("Children", "children")]
    public async Task Open_MoreThanAllowed_ThrowsInTheOrchestrator(string name, string what)
    {
        await using var engine = Program(new EngineBounds { OpenActivities = 3, OpenTimers = 3, OpenChildren = 3 });
        (await engine.RunAsync<int>(name, 3)).ShouldBe(3);

        var failed = await engine.ScheduleAsync(name, 4, id: "me");
        var failure = await engine.FailureAsync(failed);

        failure.ErrorMessage.ShouldStartWith($"Instance 'me' has 3 {what} open, as many as are allowed.");
    }

    [Fact]
    public async Task Open_RecordedUnderAHigherLimit_StillReplays()
    {
        await using var engine = Program(new EngineBounds { OpenTimers = 5 });
        await engine.ScheduleAsync("TimersAndEvent", 5, id: "me");

        await engine.With(options => options with { Bounds = new EngineBounds { OpenTimers = 2 } }).RestartAsync();
        await engine.RaiseAsync("me", "go", 1);

        (await engine.ResultAsync<int>("me")).ShouldBe(5);
    }

    [Fact]
    public async Task EventName_TooLong_IsRefused()
    {
        await using var engine = Program(EngineBounds.Default);
        await engine.ScheduleAsync("Take", 1, id: "me");

        var refused = await Should.ThrowAsync<ArgumentException>(
            () => engine.Client.RaiseEventAsync("me", new string('e', EngineLimits.MaxNameLength + 1), 1));

        refused.Message.ShouldStartWith("The name is 201 characters long; at most 200 are allowed.");
        refused.ParamName.ShouldBe("eventName");
    }

    private static EngineHarness Program(EngineBounds bounds) => new EngineHarness()
        .With(options => options with { Bounds = bounds })
        .Activity<int, int>("Work", i => i)
        .Orchestrator<int, int[]>("Take", TakeAsync)
        .Orchestrator<int, int[]>("TakeOnGo", async (context, count) =>
        {
            await context.WaitForExternalEvent<int>("go");
            return await TakeAsync(context, count);
        })
        .Orchestrator<int, int>("Leaf", (_, i) => Task.FromResult(i))
        .Orchestrator<int, int>("Many", async (context, count) => (await Task.WhenAll(
            Enumerable.Range(0, count).Select(i => context.CallActivityAsync<int>("Work", i)))).Length)
        .Orchestrator<int, int>("Children", async (context, count) => (await Task.WhenAll(
            Enumerable.Range(0, count).Select(i => context.CallSubOrchestratorAsync<int>("Leaf", i)))).Length)
        .Orchestrator<int, int>("Timers", async (context, count) =>
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(
                i => context.CreateTimer(TimeSpan.Zero, CancellationToken.None)));
            return count;
        })
        .Orchestrator<int, int>("TimersAndEvent", async (context, count) =>
        {
            using var cancel = new CancellationTokenSource();
            var timers = Enumerable.Range(0, count).Select(
                i => context.CreateTimer(TimeSpan.FromDays(1), cancel.Token)).ToList();
            await context.WaitForExternalEvent<int>("go");
            cancel.Cancel();
            return timers.Count;
        });

    private static async Task<int[]> TakeAsync(OrchestrationContext context, int count)
    {
        var items = new List<int>();
        while (items.Count < count) items.Add(await context.WaitForExternalEvent<int>("item"));
        return [.. items];
    }
}
