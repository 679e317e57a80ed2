using System.Text;
using Serverless.Core.Planning;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Storage;

public sealed class RunStoreTests
{
    [Fact]
    public async Task Retry_OfWhatIsNull_FillsTheGaps()
    {
        var run = await StoredRun.WithAsync(6);
        await run.PlanAsync(workers: 2);
        await run.SaveAsync(0, 1, (0, "=0"), (1, "!boom"), (2, "=2"));
        await run.Store.FailMissingAsync(1, "no worker", default);
        (await run.Store.AggregateAsync(default)).Failed.ShouldBe(4);

        var failed = await run.Store.ReadFailedIndexesAsync(default);
        var retry = await run.PlanAsync(new PlanOptions { Workers = 2 }, firstChunk: 2, failed);
        foreach (var chunk in retry.Chunks) await run.SaveAllAsync(chunk, index => $"={index}", firstChunk: 2);

        (await run.Store.AggregateAsync(default)).Done.ShouldBe(6);
        run["results.json"].ShouldBe("[\n0,\n1,\n2,\n3,\n4,\n5\n]\n");
        (await run.Store.ReadFailedIndexesAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Report_Written_IsReadBack()
    {
        var run = new StoredRun();
        (await run.Store.ReadReportAsync(default)).ShouldBeNull();
        await run.Store.WriteReportAsync("""{"ok":true}"""u8.ToArray(), default);
        var read = (await run.Store.ReadReportAsync(default)).ShouldNotBeNull();
        Encoding.UTF8.GetString(read).ShouldBe("""{"ok":true}""");
    }

    [Fact]
    public async Task ClearResults_FinishedRun_KeepsTheManifestAlone()
    {
        var run = await StoredRun.WithAsync(3);
        await run.PlanAsync(workers: 2);
        await run.SaveAsync(0, 1, (0, "=0"));
        await run.Store.AggregateAsync(default);
        await run.Store.WriteReportAsync("{}"u8.ToArray(), default);

        await run.Store.ClearResultsAsync(default);

        run.Objects.Names.ShouldBe(["runs/run-1/manifest.jsonl"]);
        await run.PlanAsync(workers: 3);
    }

    [Fact]
    public async Task Delete_Run_LeavesRunsWithLongerNames()
    {
        var objects = new MemoryObjectStore();
        foreach (var id in new[] { "a", "a-b", "ab", "a.b" })
            await new RunStore(objects, RunId.Parse(id)).WriteReportAsync("{}"u8.ToArray(), default);

        await new RunStore(objects, RunId.Parse("a")).DeleteAsync(default);

        var runs = await RunStore.ListRunsAsync(objects, default).ToListAsync();
        runs.Select(id => id.Value).ShouldBe(["a-b", "a.b", "ab"]);
    }

    [Fact]
    public async Task ListRuns_ManyObjects_NamesEachRunOnce()
    {
        var run = await StoredRun.WithAsync(3);
        await run.PlanAsync(workers: 3);
        run.Objects["runs/stray"] = [];
        run.Objects["elsewhere/x"] = [];

        (await RunStore.ListRunsAsync(run.Objects, default).ToListAsync()).ShouldBe([RunId.Parse("run-1")]);
    }
}
