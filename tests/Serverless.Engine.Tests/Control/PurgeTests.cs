namespace Serverless.Engine.Tests.Control;

public sealed class PurgeTests
{
    [Fact]
    public async Task Purge_Ended_LeavesNothing()
    {
        await using var engine = Tree();
        await engine.RunAsync<int>("Tree", 0, id: "me");

        (await engine.Client.PurgeInstanceAsync("me")).ShouldBe(1);

        (await engine.Client.GetInstanceAsync("me")).ShouldBeNull();
        (await engine.Client.PurgeInstanceAsync("me")).ShouldBe(0);
        (await engine.Client.RaiseEventAsync("me", "go")).ShouldBeFalse();
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM history").ShouldBe(0);
    }

    [Fact]
    public async Task Purge_NotEnded_IsRefusedByName()
    {
        await using var engine = Tree();
        await engine.ScheduleAsync("Wait", 0, id: "me");

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => engine.Client.PurgeInstanceAsync("me"));

        refused.Message.ShouldBe("Instance 'me' has not ended; terminate it before purging it.");
        await engine.RaiseAsync("me", "go", 1);
        (await engine.ResultAsync<int>("me")).ShouldBe(1);
    }

    [Fact]
    public async Task Purge_Recursive_TakesTheWholeTree()
    {
        await using var engine = Tree();
        await engine.RunAsync<int>("Tree", 3, id: "me");
        await engine.RunAsync<int>("Tree", 0, id: "other");

        (await engine.Client.PurgeInstanceAsync("me", recursive: true)).ShouldBe(4);

        (await engine.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldHaveSingleItem().InstanceId
            .ShouldBe("other");
    }

    [Fact]
    public async Task Purge_NotRecursive_LeavesTheChildren()
    {
        await using var engine = Tree();
        await engine.RunAsync<int>("Tree", 1, id: "me");

        (await engine.Client.PurgeInstanceAsync("me")).ShouldBe(1);

        (await engine.StatusAsync("me:0000")).ShouldBe(OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public async Task Purge_RecursiveWithALiveChild_IsRefusedAndDeletesNothing()
    {
        await using var engine = Tree();
        await engine.ScheduleAsync("Tree", -1, id: "me");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("me:0000") is not null);
        await engine.Client.TerminateInstanceAsync("me", new TerminateInstanceOptions(Recursive: false));

        var refused = await Should.ThrowAsync<InvalidOperationException>(
            () => engine.Client.PurgeInstanceAsync("me", recursive: true));

        refused.Message.ShouldContain("'me:0000'");
        (await engine.StatusAsync("me")).ShouldBe(OrchestrationRuntimeStatus.Terminated);
    }

    [Fact]
    public async Task Purge_ParentOfALiveChild_LetsTheChildEndInPeace()
    {
        await using var engine = Tree();
        await engine.ScheduleAsync("Tree", -1, id: "me");
        await engine.WhenAsync(async () => await engine.Client.GetInstanceAsync("me:0000") is not null);
        await engine.Client.TerminateInstanceAsync("me", new TerminateInstanceOptions(Recursive: false));
        await engine.Client.PurgeInstanceAsync("me");

        await engine.RaiseAsync("me:0000", "go", 5);

        (await engine.ResultAsync<int>("me:0000")).ShouldBe(5);
    }

    [Fact]
    public async Task Purge_LargeHistories_GivesTheSpaceBack()
    {
        await using var engine = new EngineHarness()
            .Activity<int, string>("Big", _ => new string('x', 500_000))
            .Orchestrator<int, int>("Main", async (context, _) =>
            {
                for (var i = 0; i < 10; i++) await context.CallActivityAsync<string>("Big", i);
                return 0;
            });
        await engine.RunAsync<int>("Main", 0, id: "me");

        await engine.Client.PurgeInstanceAsync("me");

        new FileInfo(engine.DatabasePath).Length.ShouldBeLessThan(200_000);
        new FileInfo(engine.DatabasePath + "-wal").Length.ShouldBeLessThan(200_000);
    }

    /// <summary>Each level starts the next; below zero the last waits for an event.</summary>
    private static EngineHarness Tree() => new EngineHarness()
        .Orchestrator<int, int>("Wait", (context, _) => context.WaitForExternalEvent<int>("go"))
        .Orchestrator<int, int>("Tree", (context, depth) => depth switch
        {
            0 => Task.FromResult(0),
            < 0 => context.CallSubOrchestratorAsync<int>("Wait", 0),
            _ => context.CallSubOrchestratorAsync<int>("Tree", depth - 1),
        });
}
