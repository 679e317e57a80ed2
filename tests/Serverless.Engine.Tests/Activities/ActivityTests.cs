namespace Serverless.Engine.Tests.Activities;

public sealed class ActivityTests
{
    private static readonly string TooLarge = new('x', EngineLimits.MaxPayloadBytes);

    [Fact]
    public async Task Activity_GivesValue_IsTheAwaitedResult()
    {
        await using var engine = new EngineHarness()
            .Activity<string, string>("Greet", name => $"Hello, {name}!")
            .Orchestrator<string, string>("Main", (context, name) => context.CallActivityAsync<string>("Greet", name));

        (await engine.RunAsync<string>("Main", "Ann")).ShouldBe("Hello, Ann!");
    }

    [Fact]
    public async Task Activities_OneAfterTheOther_EachSeesTheResultBefore()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Next", i => i + 1)
            .Orchestrator<int, int>("Main", async (context, i) =>
            {
                for (var step = 0; step < 25; step++) i = await context.CallActivityAsync<int>("Next", i);
                return i;
            });

        (await engine.RunAsync<int>("Main", 17)).ShouldBe(42);
    }

    [Fact]
    public async Task Activity_NothingInNothingOut_IsNull()
    {
        await using var engine = new EngineHarness()
            .Activity<string?, string?>("Echo", text => text)
            .Orchestrator<string?, string>("Main", async (context, input) =>
                (input is null) + "," + (await context.CallActivityAsync<string?>("Echo") is null));

        (await engine.RunAsync<string>("Main")).ShouldBe("True,True");
    }

    [Fact]
    public async Task ActivityContext_SaysWhoAsked()
    {
        await using var engine = new EngineHarness()
            .Activity<int, string>("Who", (context, _) => Task.FromResult($"{context.Name} for {context.InstanceId}"))
            .Orchestrator<int, string>("Main", (context, _) => context.CallActivityAsync<string>("Who", 1));

        (await engine.RunAsync<string>("Main", 0, id: "i-1")).ShouldBe("Who for i-1");
    }

    [Fact]
    public async Task Activity_InputMissingForAValueType_FailsAndSaysSo()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Next", i => i + 1)
            .Orchestrator<int, int>("Main", (context, _) => context.CallActivityAsync<int>("Next"));

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.InnerFailure!.ErrorMessage.ShouldBe("The input is missing; System.Int32 is expected.");
    }

    [Fact]
    public async Task Activity_ResultOfAnotherTypeThanAskedFor_ThrowsIntoTheOrchestrator()
    {
        await using var engine = new EngineHarness()
            .Activity<int, string>("Text", _ => "text")
            .Orchestrator<int, string>("Main", async (context, _) =>
            {
                try
                {
                    return $"{await context.CallActivityAsync<int>("Text", 0)}";
                }
                catch (System.Text.Json.JsonException)
                {
                    return "caught";
                }
            });

        (await engine.RunAsync<string>("Main", 0)).ShouldBe("caught");
    }

    [Fact]
    public async Task Activity_ResultWhoseConverterThrows_ThrowsIntoTheOrchestrator()
    {
        await using var engine = new EngineHarness()
            .Activity<int, string>("Text", _ => "text")
            .Orchestrator<int, bool>("Main", async (context, _) =>
                await context.CallActivityAsync<Stubborn>("Text", 0) is null);

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.ErrorType.ShouldBe("System.InvalidCastException");
    }

    [Fact]
    public async Task Activity_InputOfAnotherType_Fails()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Next", i => i + 1)
            .Orchestrator<int, int>("Main", (context, _) => context.CallActivityAsync<int>("Next", "seven"));

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.InnerFailure!.ErrorType.ShouldBe("System.Text.Json.JsonException");
    }

    [Fact]
    public async Task Activity_ResultTooLarge_FailsAndNamesTheLimit()
    {
        await using var engine = new EngineHarness()
            .Activity<int, string>("Big", _ => TooLarge)
            .Orchestrator<int, string>("Main", (context, _) => context.CallActivityAsync<string>("Big", 0));

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.InnerFailure!.ErrorType.ShouldBe("System.ArgumentException");
        failure.InnerFailure.ErrorMessage.ShouldBe(
            "The result of 'Big' is 1,048,578 bytes as JSON; at most 1,048,576 are allowed. Put it into a store and pass " +
            "a claim check.");
    }

    [Fact]
    public async Task Activity_InputTooLargeAndCaught_ReplaysTheSame()
    {
        // What could not be scheduled is not in the history, and yet its number is taken: a replay must see it fail again.
        await using var engine = new EngineHarness()
            .Activity<string, string>("Echo", text => text)
            .Orchestrator<int, string>("Main", async (context, _) =>
            {
                var text = await context.CallActivityAsync<string>("Echo", "a");
                try
                {
                    await context.CallActivityAsync<string>("Echo", TooLarge);
                }
                catch (ArgumentException)
                {
                    text += "!";
                }

                text += await context.CallActivityAsync<string>("Echo", "b");
                text += await context.WaitForExternalEvent<string>("go");
                return text + await context.CallActivityAsync<string>("Echo", "d");
            });
        var id = await engine.ScheduleAsync("Main", 0);

        await engine.RestartAsync();
        await engine.RaiseAsync(id, "go", "c");

        (await engine.ResultAsync<string>(id)).ShouldBe("a!bcd");
    }

    [Fact]
    public async Task Orchestrator_OutputThatCannotBeWritten_Fails()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, string>("Large", (_, _) => Task.FromResult(TooLarge))
            .Orchestrator<int, Stubborn>("Stubborn", (_, _) => Task.FromResult(new Stubborn()));

        (await engine.FailureAsync(await engine.ScheduleAsync("Large", 0))).ErrorMessage.ShouldStartWith("The output is");
        (await engine.FailureAsync(await engine.ScheduleAsync("Stubborn", 0))).ErrorMessage.ShouldBe("will not be written");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task Activity_NameThatCannotBe_ThrowsIntoTheOrchestrator(string name)
    {
        await using var engine = new EngineHarness()
            .Orchestrator<string, int>("Main", (context, activity) => context.CallActivityAsync<int>(activity, 0));

        (await engine.FailureAsync(await engine.ScheduleAsync("Main", name))).ErrorType.ShouldBe("System.ArgumentException");
    }
}
