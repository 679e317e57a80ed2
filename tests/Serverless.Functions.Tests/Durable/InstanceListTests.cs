using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Durable;

/// <summary>Lists of instances from Durable Task's own engine.</summary>
public sealed class InstanceListTests : IAsyncLifetime
{
    private const int Parents = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private InProcessEngine _engine = null!;

    /// <summary>Each parent has a child, and all have ended.</summary>
    public async Task InitializeAsync()
    {
        _engine = await InProcessEngine.StartAsync(new DurableRegistry(RunJson.Default.Options)
            .Orchestrator<int, int>("Parent", (context, i) => context.CallSubOrchestratorAsync<int>("Child", i, $"{context.InstanceId}:0"))
            .Orchestrator<int, int>("Child", (_, i) => Task.FromResult(i)));
        for (var i = 0; i < Parents; i++)
        {
            await _engine.Client.ScheduleNewOrchestrationInstanceAsync("Parent", i, new StartOrchestrationOptions { InstanceId = $"p{i}" });
            await _engine.Client.WaitForInstanceCompletionAsync($"p{i}").WaitAsync(Patience);
        }
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task List_All_GoesThroughEveryInstanceOnce()
    {
        var all = await PagesAsync(new OrchestrationQuery { PageSize = 3 });

        all.SelectMany(page => page).Select(instance => instance.InstanceId).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(0, Parents).SelectMany(i => new[] { $"p{i}", $"p{i}:0" }));
        all.ShouldAllBe(page => page.Count <= 3);
    }

    [Fact]
    public async Task List_ByNameRootsAndPrefix_HoldsThoseAlone()
    {
        (await IdsAsync(new OrchestrationQuery { Name = "Child", PageSize = 2 })).Order().ShouldBe(
            Enumerable.Range(0, Parents).Select(i => $"p{i}:0"));
        (await IdsAsync(new OrchestrationQuery { RootsOnly = true, PageSize = 2 })).Order().ShouldBe(
            Enumerable.Range(0, Parents).Select(i => $"p{i}"));
        (await IdsAsync(new OrchestrationQuery { InstanceIdPrefix = "p3" })).Order().ShouldBe(["p3", "p3:0"]);
        (await IdsAsync(new OrchestrationQuery { InstanceIdPrefix = "P3" })).ShouldBeEmpty();
        (await IdsAsync(new OrchestrationQuery { Statuses = [OrchestrationRuntimeStatus.Running] })).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_OfAChild_SaysWhoseItIs() =>
        (await _engine.Client.GetInstanceAsync("p3:0"))!.ParentInstanceId.ShouldBe("p3");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task List_NewestFirst_IsInThatOrderAcrossPages(int pageSize)
    {
        var query = new OrchestrationQuery { NewestFirst = true, RootsOnly = true, FetchInputsAndOutputs = true, PageSize = pageSize };

        var pages = await PagesAsync(query);

        pages.SelectMany(page => page).Select(instance => instance.SerializedInput)
            .ShouldBe(Enumerable.Range(0, Parents).Reverse().Select(i => $"{i}"));
        pages.Count.ShouldBe((Parents + pageSize - 1) / pageSize);
    }

    [Fact]
    public async Task List_BetweenTwoTimes_HoldsTheFirstAndNotTheSecond()
    {
        var times = (await PagesAsync(new OrchestrationQuery { NewestFirst = true, RootsOnly = true, PageSize = Parents }))[0]
            .Select(instance => instance.CreatedAt).Reverse().ToList();

        var found = await IdsAsync(new OrchestrationQuery { RootsOnly = true, CreatedFrom = times[2], CreatedTo = times[4] });

        found.Order().ShouldBe(["p2", "p3"]);
        (await IdsAsync(new OrchestrationQuery { UpdatedFrom = DateTimeOffset.MaxValue })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_PageSizeOutOfRange_IsRefused(int pageSize) => await Should.ThrowAsync<ArgumentOutOfRangeException>(
        () => _engine.Client.ListInstancesAsync(new OrchestrationQuery { PageSize = pageSize }));

    [Fact]
    public async Task List_WithAForeignToken_IsRefused() => await Should.ThrowAsync<ArgumentException>(
        () => _engine.Client.ListInstancesAsync(new OrchestrationQuery { NewestFirst = true, ContinuationToken = "x" }));

    [Fact]
    public async Task Purge_Recursive_TakesTheChildToo()
    {
        (await _engine.Client.PurgeInstanceAsync("p5", recursive: true)).ShouldBe(2);

        (await IdsAsync(new OrchestrationQuery { InstanceIdPrefix = "p5" })).ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<string>> IdsAsync(OrchestrationQuery query) =>
        [.. (await PagesAsync(query)).SelectMany(page => page).Select(instance => instance.InstanceId)];

    private async Task<List<IReadOnlyList<OrchestrationMetadata>>> PagesAsync(OrchestrationQuery query)
    {
        var pages = new List<IReadOnlyList<OrchestrationMetadata>>();
        do
        {
            var page = await _engine.Client.ListInstancesAsync(query);
            pages.Add(page.Values);
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
        return pages;
    }
}
