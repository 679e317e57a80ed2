namespace Serverless.Engine.Tests.Control;

/// <summary>Running an instance once more with the input it had.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Restart_WithANewId_RunsBesideTheOld()
    {
        await using var engine = Waiting();
        await engine.ScheduleAsync("Main", 7, id: "me");

        var id = await engine.Client.RestartAsync("me", restartWithNewInstanceId: true);

        id.ShouldNotBe("me");
        (await engine.StatusAsync("me")).ShouldBe(OrchestrationRuntimeStatus.Running);
        await engine.RaiseAsync(id, "go", 1);
        (await engine.ResultAsync<int>(id)).ShouldBe(8);
    }

    [Fact]
    public async Task Restart_UnderItsId_ReplacesWhatHasEnded()
    {
        await using var engine = Waiting();
        await engine.ScheduleAsync("Main", 7, id: "me");
        await engine.RaiseAsync("me", "go", 1);
        await engine.EndAsync("me");

        (await engine.Client.RestartAsync("me")).ShouldBe("me");
        await engine.RestartAsync();
        await engine.RaiseAsync("me", "go", 2);

        (await engine.ResultAsync<int>("me")).ShouldBe(9);
        (await engine.Client.GetOrchestrationHistoryAsync("me"))
            .Count(e => e.EventType == OrchestrationHistoryEventType.EventRaised).ShouldBe(1);
    }

    [Fact]
    public async Task Restart_UnderItsIdWhileItGoesOn_IsRefusedAndChangesNothing()
    {
        await using var engine = Waiting();
        await engine.ScheduleAsync("Main", 7, id: "me");

        var refused = await Should.ThrowAsync<OrchestrationAlreadyExistsException>(() => engine.Client.RestartAsync("me"));

        refused.InstanceId.ShouldBe("me");
        await engine.RaiseAsync("me", "go", 1);
        (await engine.ResultAsync<int>("me")).ShouldBe(8);
    }

    [Fact]
    public async Task Restart_OfNobody_IsRefusedByName()
    {
        await using var engine = Waiting();

        (await Should.ThrowAsync<InstanceNotFoundException>(() => engine.Client.RestartAsync("me", true)))
            .InstanceId.ShouldBe("me");
        (await engine.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldBeEmpty();
    }

    private static EngineHarness Waiting() => new EngineHarness().Orchestrator<int, int>(
        "Main", async (context, n) => n + await context.WaitForExternalEvent<int>("go"));
}
