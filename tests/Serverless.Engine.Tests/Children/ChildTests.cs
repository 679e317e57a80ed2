namespace Serverless.Engine.Tests.Children;

public sealed class ChildTests
{
    [Fact]
    public async Task Child_GivesValue_IsTheAwaitedResult()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, int>("Child", (_, i) => Task.FromResult(i * 2))
            .Orchestrator<int, int>("Main", (context, i) => context.CallSubOrchestratorAsync<int>("Child", i));

        (await engine.RunAsync<int>("Main", 21)).ShouldBe(42);
    }

    [Fact]
    public async Task Child_WithoutAnId_GetsOneFromItsParentAndKnowsIt()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Work", i => i)
            .Orchestrator<int, string>("Child", (context, _) =>
                Task.FromResult($"{context.InstanceId} of {context.ParentInstanceId}"))
            .Orchestrator<int, string[]>("Main", async (context, _) =>
            {
                await context.CallActivityAsync<int>("Work", 0);
                return await Task.WhenAll(
                    context.CallSubOrchestratorAsync<string>("Child", 0),
                    context.CallSubOrchestratorAsync<string>("Child", 0),
                    context.CallSubOrchestratorAsync<string>("Child", 0, "mine"));
            });

        (await engine.RunAsync<string[]>("Main", 0, id: "p")).ShouldBe(["p:0001 of p", "p:0002 of p", "mine of p"]);

        (await engine.GetAsync("p:0001")).ParentInstanceId.ShouldBe("p");
        (await engine.GetAsync("p")).ParentInstanceId.ShouldBeNull();
    }

    [Fact]
    public async Task Child_Fails_ParentSeesTheNestingOfDurableTask()
    {
        TaskFailedException? seen = null;
        await using var engine = new EngineHarness()
            .Activity<int, int>("Bad", _ => throw new ArithmeticException("boom"))
            .Orchestrator<int, int>("Child", (context, _) => context.CallActivityAsync<int>("Bad", 0))
            .Orchestrator<int, int>("Main", async (context, _) =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<int>("Child", 0);
                }
                catch (TaskFailedException e)
                {
                    seen = e;
                    throw;
                }
            });

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        seen!.TaskName.ShouldBe("Child");
        seen.FailureDetails.ErrorType.ShouldBe(typeof(TaskFailedException).FullName);
        seen.FailureDetails.ErrorMessage.ShouldBe("Task 'Bad' (#0) failed with an unhandled exception: boom");
        seen.FailureDetails.InnerFailure!.ErrorType.ShouldBe("System.ArithmeticException");
        seen.FailureDetails.InnerFailure.ErrorMessage.ShouldBe("boom");
        failure.InnerFailure!.InnerFailure!.ErrorMessage.ShouldBe("boom");
    }

    [Fact]
    public async Task Children_NestedDeeperThanFailuresAreKept_StillTellWhatFailed()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>("Nest", (context, depth) => depth == 0
            ? throw new ArithmeticException("at the bottom")
            : context.CallSubOrchestratorAsync<int>("Nest", depth - 1, $"level-{depth - 1}"));

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Nest", 70, id: "level-70"));

        Depth(failure).ShouldBe(FailureDetails.MaxDepth);
        (await engine.GetAsync("level-0")).FailureDetails!.ErrorMessage.ShouldBe("at the bottom");
    }

    [Fact]
    public async Task Child_NotRegistered_FailsWithDurableTasksWord()
    {
        await using var engine = new EngineHarness().Orchestrator<int, int>(
            "Main", (context, _) => context.CallSubOrchestratorAsync<int>("Nobody", 0));

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.InnerFailure!.ErrorType.ShouldBe("OrchestratorTaskNotFound");
        failure.InnerFailure.ErrorMessage.ShouldBe("No orchestrator named 'Nobody' is registered.");
    }

    [Fact]
    public async Task Child_IdTaken_FailsInTheParentAndLeavesTheHolderAlone()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, string>("Child", (context, _) => context.WaitForExternalEvent<string>("go"))
            .Orchestrator<int, string>("Main", async (context, _) =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Child", 0, "taken");
                }
                catch (TaskFailedException e)
                {
                    return e.FailureDetails.ErrorMessage;
                }
            });
        await engine.ScheduleAsync("Child", 0, id: "taken");

        (await engine.RunAsync<string>("Main", 0))
            .ShouldBe("The id 'taken' for a child orchestration is already taken.");

        await engine.RaiseAsync("taken", "go", "still here");
        (await engine.ResultAsync<string>("taken")).ShouldBe("still here");
    }

    [Fact]
    public async Task Child_IdTwiceInOneTurn_OnlyTheFirstGetsIt()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, int>("Child", (_, i) => Task.FromResult(i))
            .Orchestrator<int, int>("Main", async (context, _) =>
            {
                var first = context.CallSubOrchestratorAsync<int>("Child", 1, "same");
                var second = context.CallSubOrchestratorAsync<int>("Child", 2, "same");
                await Caught.OfAsync<TaskFailedException>(second);
                return await first;
            });

        (await engine.RunAsync<int>("Main", 0)).ShouldBe(1);
    }

    [Fact]
    public async Task Child_IdTooLong_ThrowsIntoTheParent()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, int>("Child", (_, i) => Task.FromResult(i))
            .Orchestrator<int, int>("Main", (context, _) => context.CallSubOrchestratorAsync<int>("Child", 0));

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0, id: new string('p', 196)));

        failure.ErrorMessage.ShouldStartWith("The instance id is 201 characters long; at most 200 are allowed.");
    }

    [Fact]
    public async Task Children_AThousandAtOnce_GiveOrderedResults()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Double", i => i * 2)
            .Orchestrator<int, int>("Child", (context, i) => context.CallActivityAsync<int>("Double", i))
            .Orchestrator<int, int[]>("Main", async (context, n) => await Task.WhenAll(
                Enumerable.Range(0, n).Select(i => context.CallSubOrchestratorAsync<int>("Child", i))));

        (await engine.RunAsync<int[]>("Main", 1000)).ShouldBe(Enumerable.Range(0, 1000).Select(i => i * 2));
    }

    private static int Depth(FailureDetails? failure) => failure is null ? 0 : 1 + Depth(failure.InnerFailure);
}
