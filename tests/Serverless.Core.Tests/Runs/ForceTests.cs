using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Runs that have ended and are run again from the beginning.</summary>
public sealed class ForceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Force_OfAnEndedRun_RunsAllOfItAgainUnderTheSameId(bool cleanup)
    {
        var word = "old";
        await using var run = new RunHarness(job => Saying(job, word));
        await run.RunAsync(5, input => input with { ChunkSize = 2, Cleanup = cleanup });
        word = "new";

        var start = await ForceAsync(run, 5, input => input with { ChunkSize = 3, Cleanup = cleanup });
        var summary = await run.EndAsync();

        (start.IsNew, start.Input.Generation, start.Input.Since).ShouldBe((true, 2, 3));
        (summary.Ok, summary.ChunkCount).ShouldBe((true, 2));
        run.Results.ShouldBe(Enumerable.Repeat("\"new\"", 5));
        run.Report.GetProperty("chunks").EnumerateArray().Select(chunk => chunk.GetProperty("chunk").GetInt32()).ShouldBe([3, 4]);
        run.Objects.Names.ShouldNotContain(name => name.Contains("/000002", StringComparison.Ordinal));
        var shown = (await new RunQueries(run.Engine.Client, run.Objects).FindDetailAsync("run-1", default))!;
        (shown.ChunkCount, shown.ChunksEnded, shown.Chunks.Count, shown.Chunks[0].Chunk).ShouldBe((2, 2, 2, 3));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Force_WhileItRuns_ShowsTheOldResultsToNobody(bool cleanup, bool areKept)
    {
        var running = new Seen();
        var word = "old";
        await using var run = new RunHarness(job => word == "old"
            ? Saying(job, word)
            : JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.RunAsync(2);
        word = "new";
        await ForceAsync(run, 2, input => input with { Cleanup = cleanup });
        await run.DriveAsync(running.Task);

        run.Objects.Names.Contains("runs/run-1/results.json").ShouldBe(areKept);
        await Should.ThrowAsync<RunStoreException>(() => run.Store.ExportAsync(new MemoryStream(), ResultFormat.Json, default));
        (await run.Store.ReadFlashpointsAsync(new FlashpointQuery(), default)).Flashpoints.ShouldAllBe(row => row.Result == null);
        await run.CancelAsync();
        await run.EndAsync();
        run.Results.ShouldBe(["null", "null"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Force_InterruptedAtEachStep_NeverMixesOldAndNew(bool cleanup)
    {
        var steps = await Timed.RestartAtEachStepAsync(
            job => job.Chunk < 3 ? Saying(job, "old") : job is { Chunk: 4, Attempt: 1 }
                ? JobScript.Of(Look.Running, Look.Failed("boom"))
                : JobScript.Of(Look.Running, Answer(job, "new")),
            async run =>
            {
                await run.RunAsync(6, input => input with { ChunkSize = 2, Cleanup = cleanup });
                await ForceAsync(run, 6, input => input with { ChunkSize = 2, Cleanup = cleanup });
            },
            (run, summary) =>
            {
                summary.Ok.ShouldBeTrue();
                run.Results.ShouldBe(Enumerable.Repeat("\"new\"", 6));
                return Task.CompletedTask;
            });

        steps.ShouldBeGreaterThan(12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Force_InterruptedRightAfterItWasAskedFor_GoesOn(bool cleanup)
    {
        var word = "old";
        await using var run = new RunHarness(job => Saying(job, word));
        await run.RunAsync(4, input => input with { ChunkSize = 2, Cleanup = cleanup });
        word = "new";
        await ForceAsync(run, 4, input => input with { ChunkSize = 2, Cleanup = cleanup });

        // Planning and clearing are under way or done, whatever the engine had come to: nothing else runs now.
        await run.RestartAsync();
        await run.RestartAsync();

        (await run.EndAsync()).Ok.ShouldBeTrue();
        run.Results.ShouldBe(Enumerable.Repeat("\"new\"", 4));
    }

    [Fact]
    public async Task Force_OfARunThatGoesOn_IsRefused()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running));
        await run.StartAsync(1);

        var conflict = await Should.ThrowAsync<RunConflictException>(() => ForceAsync(run, 1));

        conflict.Message.ShouldBe("The run 'run-1' has not ended, so it cannot be forced to run again: cancel it first, or let it end.");
    }

    [Fact]
    public async Task Force_OverAnotherList_IsRefused()
    {
        await using var run = new RunHarness();
        await run.RunAsync(1);

        (await Should.ThrowAsync<RunConflictException>(() => ForceAsync(run, 2))).Message
            .ShouldStartWith("The run 'run-1' is already there, over another list");
    }

    [Fact]
    public async Task Force_OfARunThatIsNotThere_StartsIt()
    {
        await using var run = new RunHarness();

        (await ForceAsync(run, 1)).Input.Generation.ShouldBe(1);
        (await run.EndAsync()).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Force_WithTheSameKeyAgain_IsTheSameWish()
    {
        await using var run = new RunHarness();
        await run.RunAsync(1);

        var first = await ForceAsync(run, 1, input => input with { ForceKey = "a" });
        await run.EndAsync();
        var second = await ForceAsync(run, 1, input => input with { ForceKey = "a" });
        var third = await ForceAsync(run, 1, input => input with { ForceKey = "b" });
        await run.EndAsync();

        (first.IsNew, second.IsNew, third.IsNew).ShouldBe((true, false, true));
        run.Backend.Submissions.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Retry_AfterAForce_MergesOnlyWithWhatWasForced()
    {
        var word = "old";
        await using var run = new RunHarness(job => word == "new" && job.Ids.Contains("fp-1")
            ? JobScript.Of(Look.Failed("boom"))
            : Saying(job, word));
        await run.RunAsync(3);
        word = "new";
        await ForceAsync(run, 3, input => input with { MaxAttempts = 1 });
        (await run.EndAsync()).Failed.ShouldBe(1);
        word = "newer";

        await run.Control.RetryAsync("run-1", input => input, default);

        (await run.EndAsync()).ChunkCount.ShouldBe(4);
        run.Results.ShouldBe(["\"new\"", "\"newer\"", "\"new\""]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Force_ThatWasTerminated_CanOnlyBeForcedOnceMore(bool cleanup)
    {
        var running = new Seen();
        var word = "old";
        await using var run = new RunHarness(job => word == "new"
            ? JobScript.Of(Look.After(running.Set, Look.Running))
            : Saying(job, word));
        await run.RunAsync(2);
        word = "new";
        await ForceAsync(run, 2, input => input with { Cleanup = cleanup });
        await run.DriveAsync(running.Task);
        await new RunTermination(run.Engine.Client).TerminateAsync("run-1", "enough");
        await run.DriveAsync(run.Engine.Client.WaitForInstanceCompletionAsync("run-1:2"));

        (await Should.ThrowAsync<RunConflictException>(() => run.Control.RetryAsync("run-1", input => input, default)))
            .Message.ShouldBe("The run 'run-1' was forced to run again and ended before it had results: run it with --force once more.");
        word = "newest";
        await ForceAsync(run, 2, input => input with { Cleanup = cleanup });

        (await run.EndAsync()).Ok.ShouldBeTrue();
        run.Results.ShouldBe(["\"newest\"", "\"newest\""]);
    }

    private static Task<RunStart> ForceAsync(RunHarness run, int count, Func<RunInput, RunInput>? change = null) =>
        run.StartAsync(count, change, force: true);

    private static JobScript Saying(ScriptedJob job, string word) => JobScript.Of(Answer(job, word));

    private static Func<ScriptedJob, Jobs.JobSnapshot> Answer(ScriptedJob job, string word) =>
        Look.Results(string.Join(',', job.Ids.Select(_ => $"\"{word}\"")));
}
