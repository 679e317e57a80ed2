using static Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.Engine.Tests.Control;

public sealed class ListTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task List_PageByPage_GivesEachInstanceOnceOldestFirst(int pageSize)
    {
        await using var engine = await TwentyAsync();

        var pages = await PagesAsync(engine, new OrchestrationQuery { PageSize = pageSize });

        pages.SelectMany(page => page).ShouldBe(Enumerable.Range(0, 20).Select(i => $"i-{i:00}"));
        pages.Count.ShouldBe((20 + pageSize - 1) / pageSize);
    }

    [Fact]
    public async Task List_InstancesAddedBetweenPages_DisturbNothing()
    {
        await using var engine = await TwentyAsync();
        var query = new OrchestrationQuery { PageSize = 15 };
        var first = await engine.Client.ListInstancesAsync(query);
        await engine.ScheduleAsync("Main", 0, id: "a-new-one");

        var second = await engine.Client.ListInstancesAsync(query with { ContinuationToken = first.ContinuationToken });

        second.Values.Select(instance => instance.InstanceId)
            .ShouldBe(["i-15", "i-16", "i-17", "i-18", "i-19", "a-new-one"]);
        second.ContinuationToken.ShouldBeNull();
    }

    [Fact]
    public async Task List_ByStatus_GivesThoseOnly()
    {
        await using var engine = await TwentyAsync();
        await engine.Client.TerminateInstanceAsync("i-03");
        await engine.Client.SuspendInstanceAsync("i-05");
        await engine.RaiseAsync("i-07", "go", 1);
        await engine.EndAsync("i-07");

        (await IdsAsync(engine, new OrchestrationQuery { Statuses = [Terminated] })).ShouldBe(["i-03"]);
        (await IdsAsync(engine, new OrchestrationQuery { Statuses = [Suspended, Completed] })).ShouldBe(["i-05", "i-07"]);
        (await IdsAsync(engine, new OrchestrationQuery { Statuses = [Running] })).Count.ShouldBe(17);
        (await IdsAsync(engine, new OrchestrationQuery { Statuses = [] })).Count.ShouldBe(20);
    }

    [Fact]
    public async Task List_ByPrefix_KnowsNoWildcardsAndEveryLetter()
    {
        await using var engine = Program();
        foreach (var id in (string[])["run-1", "run-10", "run-2", "run_1", "run%", "Run-1", "run-1😀"])
            await engine.ScheduleAsync("Main", 0, id);

        (await IdsAsync(engine, Prefix("run-1"))).ShouldBe(["run-1", "run-10", "run-1😀"]);
        (await IdsAsync(engine, Prefix("run_"))).ShouldBe(["run_1"]);
        (await IdsAsync(engine, Prefix("run%"))).ShouldBe(["run%"]);
        (await IdsAsync(engine, Prefix("nothing"))).ShouldBeEmpty();
        (await IdsAsync(engine, Prefix(""))).Count.ShouldBe(7);
    }

    [Fact]
    public async Task List_RootsOnly_LeavesChildrenOut()
    {
        await using var engine = new EngineHarness()
            .Orchestrator<int, int>("Child", (_, i) => Task.FromResult(i))
            .Orchestrator<int, int>("Main", (context, i) => context.CallSubOrchestratorAsync<int>("Child", i));
        await engine.RunAsync<int>("Main", 0, id: "root");

        (await IdsAsync(engine, new OrchestrationQuery())).ShouldBe(["root", "root:0000"]);
        (await IdsAsync(engine, new OrchestrationQuery { RootsOnly = true })).ShouldBe(["root"]);
    }

    [Fact]
    public async Task List_ByCreation_TakesTheFirstInstantAndLeavesTheLastOut()
    {
        await using var engine = await TwentyAsync();
        var start = engine.Clock.GetUtcNow().AddMinutes(-20);

        var ids = await IdsAsync(engine, new OrchestrationQuery
        {
            CreatedFrom = start.AddMinutes(3),
            CreatedTo = start.AddMinutes(6),
        });

        ids.ShouldBe(["i-03", "i-04", "i-05"]);
    }

    [Fact]
    public async Task List_ByUpdate_LeavesOutWhatHasNotChangedSince()
    {
        await using var engine = await TwentyAsync();
        var before = engine.Clock.GetUtcNow();
        await engine.Client.TerminateInstanceAsync("i-03");

        (await IdsAsync(engine, new OrchestrationQuery { UpdatedFrom = before })).ShouldBe(["i-03"]);
    }

    [Fact]
    public async Task List_Filters_Combine()
    {
        await using var engine = await TwentyAsync();
        await engine.Client.TerminateInstanceAsync("i-03");
        await engine.Client.TerminateInstanceAsync("i-13");

        (await IdsAsync(engine, Prefix("i-1") with { Statuses = [Terminated], RootsOnly = true })).ShouldBe(["i-13"]);
    }

    [Fact]
    public async Task List_Payloads_OnlyWhenAskedFor()
    {
        await using var engine = Program();
        await engine.ScheduleAsync("Main", 7, id: "me");

        (await engine.Client.ListInstancesAsync(new OrchestrationQuery())).Values[0].SerializedInput.ShouldBeNull();
        (await engine.Client.ListInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true }))
            .Values[0].SerializedInput.ShouldBe("7");
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1001, null)]
    [InlineData(10, "abc")]
    [InlineData(10, "-1")]
    public async Task List_NotAcceptable_IsRefused(int pageSize, string? token)
    {
        await using var engine = Program();

        await Should.ThrowAsync<ArgumentException>(() => engine.Client.ListInstancesAsync(
            new OrchestrationQuery { PageSize = pageSize, ContinuationToken = token }));
    }

    private static OrchestrationQuery Prefix(string prefix) => new() { InstanceIdPrefix = prefix };

    private static EngineHarness Program() => new EngineHarness().Orchestrator<int, int>(
        "Main", (context, _) => context.WaitForExternalEvent<int>("go"));

    private static async Task<EngineHarness> TwentyAsync()
    {
        var engine = Program();
        for (var i = 0; i < 20; i++)
        {
            await engine.ScheduleAsync("Main", 0, $"i-{i:00}");
            engine.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        return engine;
    }

    private static async Task<List<string>> IdsAsync(EngineHarness engine, OrchestrationQuery query) =>
        (await PagesAsync(engine, query)).SelectMany(page => page).ToList();

    private static async Task<List<List<string>>> PagesAsync(EngineHarness engine, OrchestrationQuery query)
    {
        var pages = new List<List<string>>();
        do
        {
            var page = await engine.Client.ListInstancesAsync(query);
            pages.Add(page.Values.Select(instance => instance.InstanceId).ToList());
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
        return pages;
    }
}
