using System.Security.Cryptography;
using Serverless.Core.Planning;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public sealed class AggregationTests
{
    [Fact]
    public async Task Aggregate_AllDone_GivesTheOrderedArray()
    {
        var run = await StoredRun.WithAsync(5);
        await run.PlanAsync(workers: 2);
        await run.SaveAsync(1, 1, (4, """={"v":4}"""), (3, "=3"));
        await run.SaveAsync(0, 1, (0, "=0"), (1, "=\"one\""), (2, "=[2]"));

        var info = await run.Store.AggregateAsync(default);

        run["results.json"].ShouldBe("[\n0,\n\"one\",\n[2],\n3,\n{\"v\":4}\n]\n");
        run["failures.jsonl"].ShouldBe("");
        (info.Flashpoints, info.Done, info.Failed).ShouldBe((5, 5, 0));
        var stored = run.Objects["runs/run-1/results.json"];
        info.Results.ShouldBe(new ClaimCheck(
            "runs/run-1/results.json", stored.Length, Convert.ToHexStringLower(SHA256.HashData(stored))));
    }

    [Fact]
    public async Task Aggregate_SomeFailed_PutsNullAndTellsWhy()
    {
        var run = await StoredRun.WithAsync(4, i => i == 3 ? $",\"t\":\"{new string('x', 500)}\"" : "");
        await run.PlanAsync(new PlanOptions { Workers = 2, MaxChunkBytes = 400 });
        await run.SaveAsync(0, 1, (0, "!boom"), (1, "=null"));

        var info = await run.Store.AggregateAsync(default);

        run["results.json"].ShouldBe("[\nnull,\nnull,\nnull,\nnull\n]\n");
        info.Failures.Select(failure => $"{failure.Index} {failure.Id} {failure.Error}").ShouldBe([
            "0 fp-0 boom",
            "1 fp-1 The worker gave no result.",
            "2 fp-2 No result was stored.",
            "3 fp-3 The flashpoint has 520 bytes; a job has room for 10,420,224. Keep results in a store that speaks S3 "
                + "(RESULT_STORE=s3://…), and larger ones are handed over by reference."]);
        run["failures.jsonl"].ShouldStartWith("""{"index":0,"id":"fp-0","error":"boom"}""" + "\n");
        (await run.Store.ReadFailedIndexesAsync(default)).ShouldBe([0, 1, 2, 3]);
        (await run.Store.ReadFailuresAsync(default).ToListAsync()).ShouldBe(info.Failures);
    }

    [Fact]
    public async Task Aggregate_SeveralAnswers_TakesTheFirstGoodOne()
    {
        var run = await StoredRun.WithAsync(4);
        await run.PlanAsync(workers: 1);
        await run.SaveAsync(0, 1, (0, "!first"), (1, "=\"1st\""), (2, "!e1"));
        await run.SaveAsync(0, 2, (0, "=\"good beats error\""), (1, "=\"2nd\""), (2, "!e2"));
        await run.PlanAsync(new PlanOptions { Workers = 1 }, firstChunk: 1, only: [1, 2, 3]);
        await run.SaveAsync(1, 1, (1, "=\"3rd\""), (3, "=\"from the retry\""));

        var info = await run.Store.AggregateAsync(default);

        run["results.json"].ShouldBe("[\n\"good beats error\",\n\"1st\",\nnull,\n\"from the retry\"\n]\n");
        info.Failures.ShouldBe([new FailedFlashpoint(2, "fp-2", "e1")]);
    }

    [Fact]
    public async Task Aggregate_NoFlashpoints_GivesAnEmptyArray()
    {
        var run = await StoredRun.WithAsync(0);
        await run.PlanAsync(workers: 4);
        (await run.Store.AggregateAsync(default)).Flashpoints.ShouldBe(0);
        run["results.json"].ShouldBe("[\n]\n");
        (await run.ExportAsync(ResultFormat.JsonLines)).ShouldBe("");
    }

    [Fact]
    public async Task Aggregate_MoreFailuresThanListed_StoresThemAll()
    {
        var run = await StoredRun.WithAsync(Limits.MaxFailuresListed + 5);
        await run.PlanAsync(workers: 1);
        var info = await run.Store.AggregateAsync(default);
        info.Failed.ShouldBe(Limits.MaxFailuresListed + 5);
        info.Failures.Count.ShouldBe(Limits.MaxFailuresListed);
        (await run.Store.ReadFailedIndexesAsync(default)).Count.ShouldBe(Limits.MaxFailuresListed + 5);
    }

    [Fact]
    public async Task Aggregate_ContiguousPlan_OpensOneChunkAtATime()
    {
        var run = await StoredRun.WithAsync(60);
        var plan = await run.PlanAsync(workers: 20);
        foreach (var chunk in plan.Chunks) await run.SaveAllAsync(chunk, index => $"={index}");

        await run.Store.AggregateAsync(default);

        // The manifest, the chunk that ends and the chunk that begins.
        run.Objects.MaxOpenCount.ShouldBeLessThanOrEqualTo(3);
        run.Objects.OpenCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(30)]
    public async Task Aggregate_InterleavedPlan_KeepsFewOpenAndGivesTheSame(int maxOpen)
    {
        var run = await StoredRun.WithAsync(200);
        var plan = await run.PlanAsync(new PlanOptions { Workers = 30, Strategy = PlanStrategy.Weight });
        foreach (var chunk in plan.Chunks)
            await run.SaveAllAsync(chunk, index => index % 7 == 0 ? "!seven" : $"={index}");

        var info = await new Aggregation(run.Objects, new RunLayout(run.Store.Run), maxOpen).RunAsync(default);

        info.Failed.ShouldBe(29);
        run["results.json"].ShouldBe(
            "[\n" + string.Join(",\n", Enumerable.Range(0, 200).Select(i => i % 7 == 0 ? "null" : $"{i}")) + "\n]\n");
        run.Objects.MaxOpenCount.ShouldBeLessThanOrEqualTo(maxOpen + 1);
        run.Objects.OpenCount.ShouldBe(0);
        run.Objects.Names.ShouldAllBe(name => !name.Contains("/merged/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Aggregate_NotPlanned_IsRefused()
    {
        var run = await StoredRun.WithAsync(2);
        var error = await Should.ThrowAsync<RunStoreException>(() => run.Store.AggregateAsync(default));
        error.Message.ShouldContain("plan.json");
    }

    [Fact]
    public async Task Aggregate_DamagedCheckpoint_NamesItAndKeepsTheOldResults()
    {
        var run = await StoredRun.WithAsync(2);
        await run.PlanAsync(workers: 1);
        await run.SaveAsync(0, 1, (0, "=0"), (1, "=1"));
        await run.Store.AggregateAsync(default);
        run.Objects["runs/run-1/chunks/000000/attempt-001.jsonl"] = "{\"i\":0,\"r\":0}\nbroken\n"u8.ToArray();

        (await Should.ThrowAsync<RunStoreException>(() => run.Store.AggregateAsync(default)))
            .Message.ShouldContain("Line 2 of the object runs/run-1/chunks/000000/attempt-001.jsonl");
        run["results.json"].ShouldBe("[\n0,\n1\n]\n");
        run.Objects.OpenCount.ShouldBe(0);
    }
}
