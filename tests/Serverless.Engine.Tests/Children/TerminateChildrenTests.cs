namespace Serverless.Engine.Tests.Children;

public sealed class TerminateChildrenTests
{
    [Fact]
    public async Task Terminate_Recursive_EndsTheWholeTree()
    {
        await using var engine = Tree();
        await engine.ScheduleAsync("Main", 2, id: "p");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("p:0000:0000") is not null);

        (await engine.Client.TerminateInstanceAsync("p", new TerminateInstanceOptions("over"))).ShouldBeTrue();

        foreach (var id in (string[])["p", "p:0000", "p:0000:0000"])
        {
            var end = await engine.EndAsync(id);
            end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
            end.SerializedOutput.ShouldBe("\"over\"");
        }
    }

    [Fact]
    public async Task Terminate_NotRecursive_LeavesTheChildrenToTheirWork()
    {
        await using var engine = Tree();
        await engine.ScheduleAsync("Main", 1, id: "p");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("p:0000") is not null);

        await engine.Client.TerminateInstanceAsync("p", new TerminateInstanceOptions(Recursive: false));
        await engine.RestartAsync();
        await engine.RaiseAsync("p:0000", "go", 7);

        (await engine.ResultAsync<int>("p:0000")).ShouldBe(7);
        (await engine.StatusAsync("p")).ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task Terminate_CrashBeforeTheChildrenHeardOfIt_EndsThemAtTheNextStart()
    {
        await using var engine = Tree();
        await engine.ScheduleAsync("Main", 1, id: "p");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("p:0000") is not null);
        await engine.Client.TerminateInstanceAsync("p");
        await engine.EndAsync("p:0000");
        await engine.TamperAsync(
            """
            DELETE FROM history WHERE position >> 24 = (SELECT key FROM instances WHERE id = 'p:0000') AND position & 1;
            UPDATE instances SET status = 0, cascade = 0, state_checksum = NULL WHERE id = 'p:0000';
            """);

        (await engine.EndAsync("p:0000")).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task Terminate_Child_FailsItsParentsTask()
    {
        await using var engine = Tree();
        await engine.ScheduleAsync("Main", 1, id: "p");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("p:0000") is not null);

        await engine.Client.TerminateInstanceAsync("p:0000");

        var failure = await engine.FailureAsync("p");
        failure.ErrorMessage.ShouldBe("Task 'Main' (#0) failed with an unhandled exception: It was terminated.");
        failure.InnerFailure!.ErrorType.ShouldBe("OrchestrationTerminated");
    }

    /// <summary>Each level starts the next; the last waits for an event.</summary>
    private static EngineHarness Tree() => new EngineHarness().Orchestrator<int, int>("Main", (context, depth) => depth == 0
        ? context.WaitForExternalEvent<int>("go")
        : context.CallSubOrchestratorAsync<int>("Main", depth - 1));
}
