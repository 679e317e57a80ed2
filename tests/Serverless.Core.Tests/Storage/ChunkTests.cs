using System.Text;
using Serverless.Core.Planning;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public sealed class ChunkTests
{
    [Fact]
    public async Task Write_EvenPlan_HasTheFormThatOlderRunsHave()
    {
        var run = await StoredRun.WithAsync(3, i => i == 1 ? ",\"x\":[1,2]" : "");
        await run.PlanAsync(workers: 2);

        run.Objects.Names.ShouldBe([
            "runs/run-1/chunks/000000/input.jsonl",
            "runs/run-1/chunks/000001/input.jsonl",
            "runs/run-1/manifest.jsonl",
            "runs/run-1/plan.json"]);
        run["chunks/000000/input.jsonl"].ShouldBe(
            "{\"i\":0,\"f\":{\"id\":\"fp-0\"}}\n{\"i\":1,\"f\":{\"id\":\"fp-1\",\"x\":[1,2]}}\n");
        run["chunks/000001/input.jsonl"].ShouldBe("{\"i\":2,\"f\":{\"id\":\"fp-2\"}}\n");
        run["plan.json"].ShouldBe(
            """{"chunks":[{"first":0,"last":1,"count":2},{"first":2,"last":2,"count":1}],"too_large":[]}""");
    }

    [Theory]
    [InlineData(PlanStrategy.Even, int.MaxValue)]
    [InlineData(PlanStrategy.Even, 1)]
    [InlineData(PlanStrategy.Weight, int.MaxValue)]
    [InlineData(PlanStrategy.Weight, 200)]
    [InlineData(PlanStrategy.Weight, 1)]
    public async Task Write_AnyPlanAndBuffer_GivesEachChunkItsFlashpoints(PlanStrategy strategy, int bufferBytes)
    {
        var run = await StoredRun.WithAsync(50, Feeds);
        var sizes = await run.Store.DescribeAsync(default);
        var plan = Planner.Plan(sizes, new PlanOptions { Workers = 7, Strategy = strategy });

        var inputs = new ChunkInputs(run.Objects, new RunLayout(run.Store.Run), bufferBytes);
        await inputs.WriteAsync(plan.Chunks, firstChunk: 0, default);

        foreach (var chunk in plan.Chunks)
        {
            var entries = await run.Store.ReadChunkAsync(chunk.Index, default);
            entries.Select(entry => entry.Index).ShouldBe(chunk.Flashpoints);
            entries.ShouldAllBe(entry => entry.Flashpoint.Id == $"fp-{entry.Index}");
            entries.ShouldAllBe(entry => entry.Flashpoint.FeedCount == entry.Index % 5);
            entries.Select(entry => Encoding.UTF8.GetString(entry.Flashpoint.Json.Span))
                .ShouldBe(chunk.Flashpoints.Select(index => $$"""{"id":"fp-{{index}}"{{Feeds(index)}}}"""));
        }

        run.Objects.OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task Write_Again_WritesNothing()
    {
        var run = await StoredRun.WithAsync(10);
        var plan = await run.PlanAsync(workers: 3);
        var writes = run.Objects.WriteCount;

        await run.Store.WriteChunksAsync(plan, 0, default);

        run.Objects.WriteCount.ShouldBe(writes);
    }

    [Fact]
    public async Task Write_AgainAfterACrashBeforeThePlan_WritesAllOfIt()
    {
        var run = await StoredRun.WithAsync(10);
        var plan = await run.PlanAsync(workers: 3);
        await run.Objects.DeleteAsync("runs/run-1/plan.json", default);
        await run.Objects.DeleteAsync("runs/run-1/chunks/000001/", default);

        await run.Store.WriteChunksAsync(plan, 0, default);

        (await run.Store.ReadPlanAsync(default)).ShouldNotBeNull().Chunks.Count.ShouldBe(3);
        (await run.Store.ReadChunkAsync(1, default)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Write_OtherChunksOfTheSameNumbers_IsRefused()
    {
        var run = await StoredRun.WithAsync(10);
        await run.PlanAsync(workers: 3);
        (await Should.ThrowAsync<RunStoreException>(() => run.PlanAsync(workers: 4)))
            .Message.ShouldContain("has 3 chunks");
    }

    [Fact]
    public async Task Write_LeavingAGap_IsRefused()
    {
        var run = await StoredRun.WithAsync(10);
        await Should.ThrowAsync<RunStoreException>(() => run.PlanAsync(new PlanOptions { Workers = 2 }, firstChunk: 1));
    }

    [Fact]
    public async Task Write_MoreChunks_GoOnAfterTheOthersOnce()
    {
        var run = await StoredRun.WithAsync(10);
        await run.PlanAsync(workers: 3);
        var options = new PlanOptions { Workers = 2 };

        for (var time = 0; time < 2; time++) await run.PlanAsync(options, firstChunk: 3, only: [2, 5, 6]);

        var chunks = (await run.Store.ReadPlanAsync(default)).ShouldNotBeNull().Chunks;
        chunks.Count.ShouldBe(5);
        chunks[3].ShouldBe(new StoredChunk(2, 5, 2));
        chunks[4].ShouldBe(new StoredChunk(6, 6, 1));
        (await run.Store.ReadChunkAsync(3, default)).Select(entry => entry.Flashpoint.Id).ShouldBe(["fp-2", "fp-5"]);
    }

    [Fact]
    public async Task Write_NoFlashpoints_StoresAPlanWithoutChunks()
    {
        var run = await StoredRun.WithAsync(0);
        await run.PlanAsync(workers: 4);
        (await run.Store.ReadPlanAsync(default)).ShouldNotBeNull().Chunks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_PlanOfALongerList_IsRefused()
    {
        var run = await StoredRun.WithAsync(2);
        var plan = Planner.Plan(new FlashpointSize[3], new PlanOptions { Workers = 1 });
        (await Should.ThrowAsync<RunStoreException>(() => run.Store.WriteChunksAsync(plan, 0, default)))
            .Message.ShouldContain("Flashpoint 2 is planned");
    }

    [Fact]
    public async Task ReadPlan_NotPlanned_IsNull()
        => (await (await StoredRun.WithAsync(1)).Store.ReadPlanAsync(default)).ShouldBeNull();

    [Fact]
    public async Task Read_DamagedObjects_NamesThem()
    {
        var run = await StoredRun.WithAsync(4);
        await run.PlanAsync(workers: 1);
        run.Objects["runs/run-1/chunks/000000/input.jsonl"] = "{\"i\":0,\"f\":{\"id\":\"a\"}}\n{\"i\":1,\n"u8.ToArray();
        run.Objects["runs/run-1/plan.json"] = "{"u8.ToArray();

        (await Should.ThrowAsync<RunStoreException>(() => run.Store.ReadChunkAsync(0, default)))
            .Message.ShouldContain("Line 2 of the object runs/run-1/chunks/000000/input.jsonl is damaged");
        (await Should.ThrowAsync<RunStoreException>(() => run.Store.ReadPlanAsync(default)))
            .Message.ShouldContain("runs/run-1/plan.json");
        (await Should.ThrowAsync<RunStoreException>(() => run.Store.ReadChunkAsync(1, default)))
            .Message.ShouldContain("000001/input.jsonl is not in the store");
        run.Objects.OpenCount.ShouldBe(0);
    }

    private static string Feeds(int index) => StoredRun.Feeds(index % 5);
}
