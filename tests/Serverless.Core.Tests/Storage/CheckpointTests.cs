using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public sealed class CheckpointTests
{
    [Fact]
    public async Task Save_Answers_HasTheFormThatOlderRunsHave()
    {
        var run = new StoredRun();
        await run.SaveAsync(7, 2, (5, "= { \"a\" : [ 1,\n 2 ] }"), (3, "!boom \"ä\"\n"), (4, "=null"));

        run["chunks/000007/attempt-002.jsonl"].ShouldBe(
            """{"i":3,"id":"fp-3","e":"boom \"ä\"\n"}""" + "\n"
            + """{"i":4,"id":"fp-4"}""" + "\n"
            + """{"i":5,"id":"fp-5","r":{"a":[1,2]}}""" + "\n");
    }

    [Fact]
    public async Task Save_Again_GivesTheSameObjectInAnyOrder()
    {
        var run = new StoredRun();
        await run.SaveAsync(0, 1, (0, "=1"), (1, "=2"));
        var first = run["chunks/000000/attempt-001.jsonl"];
        await run.SaveAsync(0, 1, (1, "=2"), (0, "=1"));
        run["chunks/000000/attempt-001.jsonl"].ShouldBe(first);
        run.Objects.Names.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Save_LongError_IsCut()
    {
        var run = new StoredRun();
        await run.SaveAsync(0, 1, (0, "!" + new string('x', 5_000)), (1, "!" + new string('x', 1_998) + "😀😀"));
        var lines = run["chunks/000000/attempt-001.jsonl"].Split('\n');
        StoredLines.ReadCheckpoint(Encoding.UTF8.GetBytes(lines[0])).Error!.Length.ShouldBe(Limits.MaxErrorLength);
        StoredLines.ReadCheckpoint(Encoding.UTF8.GetBytes(lines[1])).Error!.ShouldBe(new string('x', 1_998) + "…");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("1 2")]
    [InlineData("\"a")]
    [InlineData("nope")]
    [InlineData("[1}")]
    [InlineData(" ")]
    public async Task Save_ResultThatIsNotJson_IsRefusedAndStoresNothing(string result)
    {
        var run = new StoredRun();
        (await Should.ThrowAsync<ArgumentException>(() => run.SaveAsync(0, 1, (7, "=" + result))))
            .Message.ShouldContain("flashpoint 7");
        run.Objects.Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task Save_TwoForOneFlashpoint_IsRefused()
        => (await Should.ThrowAsync<ArgumentException>(() => new StoredRun().SaveAsync(0, 1, (7, "=1"), (7, "=2"))))
            .Message.ShouldContain("Flashpoint 7");

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(Limits.MaxChunks, 1)]
    [InlineData(0, 0)]
    [InlineData(0, Limits.MaxAttempts + 1)]
    public async Task Save_NumberOutOfRange_IsRefused(int chunk, int attempt)
        => await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => new StoredRun().SaveAsync(chunk, attempt, (0, "=1")));

    [Fact]
    public async Task ReadMissing_AfterSomeAttempts_GivesWhatNoneAnswered()
    {
        var run = await StoredRun.WithAsync(12);
        await run.PlanAsync(workers: 2);
        (await MissingAsync(run, 1)).ShouldBe([6, 7, 8, 9, 10, 11]);

        await run.SaveAsync(1, 1, (6, "=1"), (8, "!an error is an answer"));
        await run.SaveAsync(1, 2, (9, "=null"));
        await run.SaveAsync(0, 1, (0, "=1"));

        (await MissingAsync(run, 1)).ShouldBe([7, 10, 11]);
        (await MissingAsync(run, 0)).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task FailMissing_ChunkGivenUp_LeavesLaterAttemptsTheirChance()
    {
        var run = await StoredRun.WithAsync(3);
        await run.PlanAsync(workers: 1);
        await run.SaveAsync(0, 1, (0, "=1"));

        for (var time = 0; time < 2; time++) (await run.Store.FailMissingAsync(0, "no worker", default)).ShouldBe(2);
        await run.SaveAsync(0, 2, (2, "=3"));

        (await MissingAsync(run, 0)).ShouldBe([1]);
        (await run.Store.AggregateAsync(default)).Failures.ShouldBe([new FailedFlashpoint(1, "fp-1", "no worker")]);
        run["results.json"].ShouldBe("[\n1,\nnull,\n3\n]\n");
    }

    private static async Task<List<int>> MissingAsync(StoredRun run, int chunk)
        => (await run.Store.ReadMissingAsync(chunk, default)).Select(entry => entry.Index).ToList();
}
