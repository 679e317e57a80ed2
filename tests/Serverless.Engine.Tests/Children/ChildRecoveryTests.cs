namespace Serverless.Engine.Tests.Children;

public sealed class ChildRecoveryTests
{
    [Fact]
    public async Task Parent_RestartedWhileChildrenRun_GetsAllResults()
    {
        var gate = new Gate();
        await using var engine = new EngineHarness()
            .Activity<int, int>("Slow", async (context, i) =>
            {
                if (i % 2 == 1) await gate.PassAsync(context.CancellationToken);
                return i;
            })
            .Orchestrator<int, int>("Child", (context, i) => context.CallActivityAsync<int>("Slow", i))
            .Orchestrator<int, int[]>("Main", async (context, n) => await Task.WhenAll(
                Enumerable.Range(0, n).Select(i => context.CallSubOrchestratorAsync<int>("Child", i))));
        var id = await engine.ScheduleAsync("Main", 10);
        await gate.ArrivedAsync(5);

        await engine.RestartAsync();
        await gate.ArrivedAsync(5);
        gate.Open();

        (await engine.ResultAsync<int[]>(id)).ShouldBe(Enumerable.Range(0, 10));
    }

    [Fact]
    public async Task ChildsEnd_ParentNeverHeardOfItBeforeACrash_IsToldAtTheNextStart()
    {
        await using var engine = WaitingForTwo();
        var id = await engine.ScheduleAsync("Main", 0, id: "p");
        await engine.WhenShownAsync(id, "1");

        // As if the process had died between the child's commit and its parent's.
        await engine.TamperAsync(
            """
            DELETE FROM history WHERE position = (
              SELECT max(position) FROM history JOIN instances ON position >> 24 = key WHERE id = 'p');
            UPDATE instances SET reported = 0 WHERE id = 'p:0000';
            """);
        Sqlite.History(engine.DatabasePath, "p").ShouldNotContain("Done");

        await engine.WhenShownAsync(id, "1");
        await engine.RaiseAsync("p:0001", "go", 2);
        (await engine.ResultAsync<int>(id)).ShouldBe(3);
    }

    [Fact]
    public async Task ChildsEnd_AnyNumberOfRestarts_IsToldOnce()
    {
        await using var engine = WaitingForTwo();
        var id = await engine.ScheduleAsync("Main", 0, id: "p");
        await engine.WhenShownAsync(id, "1");

        for (var restart = 0; restart < 3; restart++) await engine.RestartAsync();
        await engine.RaiseAsync("p:0001", "go", 2);

        (await engine.ResultAsync<int>(id)).ShouldBe(3);
        await engine.StopAsync();
        Sqlite.History(engine.DatabasePath, "p").Split("\"Done\"").Length.ShouldBe(3);
        Sqlite.Scalar<long>(engine.DatabasePath, "SELECT count(*) FROM instances WHERE reported = 1").ShouldBe(2);
    }

    [Fact]
    public async Task ChildsEnd_ToldAtAStartToASuspendedParent_IsRecordedOnce()
    {
        await using var engine = WaitingForTwo();
        int Told() => Sqlite.History(engine.DatabasePath, "p").Split("\"Done\"").Length - 1;
        var id = await engine.ScheduleAsync("Main", 0, id: "p");
        await engine.WhenShownAsync(id, "1");
        await engine.Client.SuspendInstanceAsync(id);
        await engine.RaiseAsync("p:0001", "go", 2);
        await engine.WhenAsync(() => Task.FromResult(Told() == 2));

        // As if the process had died between the child's commit and its parent's. The start tells the parent, and so does the
        // parent's own look at its children.
        await engine.TamperAsync(
            """
            DELETE FROM history WHERE position = (
              SELECT max(position) FROM history JOIN instances ON position >> 24 = key WHERE id = 'p');
            UPDATE instances SET reported = 0 WHERE id = 'p:0001';
            """);
        Told().ShouldBe(1);
        await engine.WhenAsync(() => Task.FromResult(Told() > 1));
        await engine.Client.ResumeInstanceAsync(id);

        (await engine.ResultAsync<int>(id)).ShouldBe(3);
        Told().ShouldBe(2);
    }

    [Fact]
    public async Task Child_CreatedButNeverBegunBeforeACrash_BeginsAtTheNextStart()
    {
        await using var engine = WaitingForTwo();
        var id = await engine.ScheduleAsync("Main", 0, id: "p");
        await engine.WhenShownAsync(id, "1");
        await engine.TamperAsync(
            """
            DELETE FROM history WHERE position >> 24 = (SELECT key FROM instances WHERE id = 'p:0001');
            UPDATE instances SET status = 6, state_checksum = NULL WHERE id = 'p:0001';
            """);

        await engine.RaiseAsync("p:0001", "go", 2);

        (await engine.ResultAsync<int>(id)).ShouldBe(3);
    }

    [Fact]
    public async Task Child_RefusedButParentNotToldBeforeACrash_IsRefusedAtTheNextStart()
    {
        // Nothing but the parent knows of a refused child, so the parent itself must be looked at.
        await using var engine = new EngineHarness()
            .Orchestrator<int, int>("Child", (_, i) => Task.FromResult(i))
            .Orchestrator<int, string>("Main", async (context, _) =>
            {
                try
                {
                    await context.CallSubOrchestratorAsync<int>("Child", 0, "taken");
                    return "not refused";
                }
                catch (TaskFailedException)
                {
                    return "refused";
                }
            });
        await engine.RunAsync<int>("Child", 0, id: "taken");
        var copies = new List<string>();
        using var folder = new TemporaryFolder();
        await engine.StopAsync();
        engine.Hooks = new EngineHooks { AfterCommit = () => copies.Add(Copies.Take(engine.DatabasePath, folder)) };
        await engine.RunAsync<string>("Main", 0, id: "p");

        await using var crashed = engine.OnCopy(copies[0]);

        (await crashed.ResultAsync<string>("p")).ShouldBe("refused");
    }

    /// <summary>The first child ends at once, the second when told to.</summary>
    private static EngineHarness WaitingForTwo() => new EngineHarness()
        .Orchestrator<int, int>("Quick", (_, i) => Task.FromResult(i))
        .Orchestrator<int, int>("Slow", (context, _) => context.WaitForExternalEvent<int>("go"))
        .Orchestrator<int, int>("Main", async (context, _) =>
        {
            var quick = context.CallSubOrchestratorAsync<int>("Quick", 1);
            var slow = context.CallSubOrchestratorAsync<int>("Slow", 0);
            context.SetCustomStatus(await quick);
            return await quick + await slow;
        });
}
