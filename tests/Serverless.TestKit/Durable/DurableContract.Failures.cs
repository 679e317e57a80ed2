using Serverless.Durable;
using Shouldly;
using Xunit;

namespace Serverless.TestKit;

public abstract partial class DurableContract
{
    [Fact]
    public async Task Activity_Throws_TheOrchestratorSeesWhoAndWhy()
    {
        var seen = new TaskCompletionSource<TaskFailedException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Fine", i => i)
            .Activity<int, int>("Bad", Throw)
            .Orchestrator<int, string>(Main, async (context, _) =>
            {
                await context.CallActivityAsync<int>("Fine", 0);
                seen.TrySetResult(await Caught.OfAsync<TaskFailedException>(context.CallActivityAsync<int>("Bad", 0)));
                return "caught";
            }));

        (await RunAsync<string>(host, 0)).ShouldBe("caught");

        var failure = await seen.Task;
        failure.Message.ShouldBe("Task 'Bad' (#1) failed with an unhandled exception: outer");
        (failure.TaskName, failure.TaskId).ShouldBe(("Bad", 1));
        failure.FailureDetails.ErrorType.ShouldBe("System.IO.FileNotFoundException");
        failure.FailureDetails.ErrorMessage.ShouldBe("outer");
        failure.FailureDetails.StackTrace!.ShouldContain(nameof(Throw));
        failure.FailureDetails.InnerFailure!.ErrorType.ShouldBe("System.InvalidOperationException");
        failure.FailureDetails.InnerFailure.ErrorMessage.ShouldBe("inner");
    }

    [Fact]
    public async Task Failure_IsCausedBy_KnowsBaseTypesOfTheOuterErrorOnly()
    {
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Bad", Throw)
            .Orchestrator<int, string>(Main, async (context, _) =>
            {
                var e = await Caught.OfAsync<TaskFailedException>(context.CallActivityAsync<int>("Bad", 0));
                return $"{e.FailureDetails.IsCausedBy<FileNotFoundException>()} {e.FailureDetails.IsCausedBy<IOException>()} " +
                    $"{e.FailureDetails.IsCausedBy<InvalidOperationException>()}";
            }));

        (await RunAsync<string>(host, 0)).ShouldBe("True True False");
    }

    [Fact]
    public async Task Child_Fails_TheParentSeesItsFailureAroundTheActivitys()
    {
        var seen = new TaskCompletionSource<TaskFailedException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Bad", Throw)
            .Orchestrator<int, int>("Child", (context, _) => context.CallActivityAsync<int>("Bad", 0))
            .Orchestrator<int, string>(Main, async (context, _) =>
            {
                seen.TrySetResult(
                    await Caught.OfAsync<TaskFailedException>(context.CallSubOrchestratorAsync<int>("Child", 0)));
                return "caught";
            }));

        (await RunAsync<string>(host, 0)).ShouldBe("caught");

        var failure = await seen.Task;
        failure.TaskName.ShouldBe("Child");
        failure.FailureDetails.ErrorType.ShouldBe(typeof(TaskFailedException).FullName);
        failure.FailureDetails.ErrorMessage.ShouldBe("Task 'Bad' (#0) failed with an unhandled exception: outer");
        failure.FailureDetails.InnerFailure!.ErrorType.ShouldBe("System.IO.FileNotFoundException");
        failure.FailureDetails.InnerFailure.ErrorMessage.ShouldBe("outer");
    }

    [Fact]
    public async Task Orchestrator_Throws_FailsTheInstanceWithThat()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, int>(
            Main, (_, _) => throw new FileNotFoundException("outer", new InvalidOperationException("inner"))));
        await ScheduleAsync(host, 0);

        var failure = await FailureAsync(host);

        (failure.ErrorType, failure.ErrorMessage).ShouldBe(("System.IO.FileNotFoundException", "outer"));
        failure.InnerFailure!.ErrorMessage.ShouldBe("inner");
    }

    [Fact]
    public async Task Activity_ThrowsWithALongText_ItIsCut()
    {
        await using var host = await StartAsync(Registry()
            .Activity<int, int>("Bad", _ => throw new InvalidOperationException(new string('x', 100_000)))
            .Orchestrator<int, string>(Main, async (context, _) =>
                (await Caught.OfAsync<TaskFailedException>(context.CallActivityAsync<int>("Bad", 0))).FailureDetails.ErrorMessage));

        var message = (await RunAsync<string>(host, 0))!;

        message.Length.ShouldBeLessThanOrEqualTo(FailureDetails.MaxTextLength);
        message.ShouldContain("xxx");
    }

    [Fact]
    public async Task Activity_NotRegistered_FailsInTheOrchestrator()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, _) =>
        {
            var e = await Caught.OfAsync<TaskFailedException>(context.CallActivityAsync<string>("Nobody", 0));
            return e.FailureDetails.ErrorType;
        }));

        (await RunAsync<string>(host, 0)).ShouldBe("ActivityTaskNotFound");
    }

    private static int Throw(int input) =>
        throw new FileNotFoundException("outer", new InvalidOperationException("inner"));
}
