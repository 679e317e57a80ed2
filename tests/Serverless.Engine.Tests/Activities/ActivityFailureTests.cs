namespace Serverless.Engine.Tests.Activities;

public sealed class ActivityFailureTests
{
    [Fact]
    public async Task Activity_Throws_UnhandledFailsTheInstance()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Bad", Throw)
            .Orchestrator<int, int>("Main", (context, _) => context.CallActivityAsync<int>("Bad", 0));

        var failure = await engine.FailureAsync(await engine.ScheduleAsync("Main", 0));

        failure.ErrorType.ShouldBe("Serverless.Durable.TaskFailedException");
        failure.ErrorMessage.ShouldBe("Task 'Bad' (#0) failed with an unhandled exception: outer");
        failure.InnerFailure!.ErrorType.ShouldBe("System.IO.FileNotFoundException");
        failure.InnerFailure.InnerFailure!.ErrorMessage.ShouldBe("inner");
    }

    [Fact]
    public async Task Activity_NotRegistered_FailsWithDurableTasksWord()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, string>("Main", async (context, _) =>
            {
                try
                {
                    return await context.CallActivityAsync<string>("Nobody", 0);
                }
                catch (TaskFailedException e)
                {
                    return $"{e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}";
                }
            });

        (await engine.RunAsync<string>("Main", 0))
            .ShouldBe("ActivityTaskNotFound: No activity named 'Nobody' is registered.");
    }

    [Fact]
    public async Task Activities_SomeFail_TheOthersResultsStand()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("OddOnly", i => i % 2 == 1 ? i : throw new InvalidOperationException($"{i} is even"))
            .Orchestrator<int, string[]>("Main", async (context, n) =>
            {
                async Task<string> TryOne(int i)
                {
                    try
                    {
                        return $"{await context.CallActivityAsync<int>("OddOnly", i)}";
                    }
                    catch (TaskFailedException e)
                    {
                        return e.FailureDetails.ErrorMessage;
                    }
                }

                return await Task.WhenAll(Enumerable.Range(0, n).Select(TryOne));
            });

        (await engine.RunAsync<string[]>("Main", 4)).ShouldBe(["0 is even", "1", "2 is even", "3"]);
    }

    [Fact]
    public async Task Activity_WhoseMessageIsNoValidText_IsStillStored()
    {
        await using var engine = new EngineHarness()
            .Activity<int, int>("Bad", _ => throw new InvalidOperationException("half a pair: \ud83d, \0 and \u2028"))
            .Orchestrator<int, int>("Main", (context, _) => context.CallActivityAsync<int>("Bad", 0));
        var id = await engine.ScheduleAsync("Main", 0);

        (await engine.FailureAsync(id)).ErrorMessage.ShouldContain("half a pair: \ufffd, \0 and \u2028");
    }

    private static int Throw(int input) =>
        throw new FileNotFoundException("outer", new InvalidOperationException("inner"));
}
