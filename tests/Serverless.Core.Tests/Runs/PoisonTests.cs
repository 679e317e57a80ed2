using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Flashpoints that kill the worker that handles them.</summary>
public sealed class PoisonTests
{
    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 5)]
    [InlineData(7, 6)]
    [InlineData(2, 1)]
    public async Task Chunk_WithAPoisonFlashpoint_LosesOnlyThat(int count, int poison)
    {
        await using var run = Killing($"fp-{poison}");

        var summary = await run.RunAsync(count, OneChunk);

        summary.Failed.ShouldBe(1);
        run.Failures.ShouldBe(new Dictionary<string, string>
        {
            [$"fp-{poison}"] = "poison: workers die on it (job timed out after 1 retries)",
        });
        run.Results[poison].ShouldBe("null");
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("completed");
        run.Chunk(0).GetProperty("done").GetInt32().ShouldBe(count - 1);
    }

    [Fact]
    public async Task Chunk_ThatKillsWorkersTwice_IsHalvedUntilThePoisonStandsAlone()
    {
        await using var run = Killing("fp-5");

        await run.RunAsync(8, OneChunk);

        run.Backend.Submissions.Select(job => string.Join(',', job.Ids.Select(id => id[3..]))).ShouldBe(
        [
            "0,1,2,3,4,5,6,7", "0,1,2,3,4,5,6,7", "0,1,2,3", "4,5,6,7", "4,5", "4", "5", "5", "6,7",
        ]);
    }

    [Fact]
    public async Task Chunk_WithTwoPoisonFlashpoints_LosesOnlyThose()
    {
        await using var run = Killing("fp-1", "fp-14");

        var summary = await run.RunAsync(16, OneChunk);

        summary.Failed.ShouldBe(2);
        run.Failures.Keys.ShouldBe(["fp-1", "fp-14"]);
    }

    [Fact]
    public async Task Chunk_WhoseWorkerDiesOnceByChance_IsTriedAgainAsItIs()
    {
        await using var run = new RunHarness(job => JobScript.Of(job.Attempt == 1 ? Look.WorkerDied : Look.Completed));

        var summary = await run.RunAsync(4, OneChunk);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Select(job => job.Ids.Count).ShouldBe([4, 4]);
    }

    [Fact]
    public async Task Chunk_OnAnEndpointWhereEveryWorkerDies_EndsWithinBounds()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.WorkerDied));

        var summary = await run.RunAsync(64, OneChunk);

        summary.Failed.ShouldBe(64);
        run.Backend.Submissions.Count.ShouldBeLessThanOrEqualTo(8 + 4 * 6 + 3);
    }

    [Fact]
    public async Task Chunk_WithOneAttemptOnly_IsNotHalved()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.WorkerDied));

        await run.RunAsync(4, input => OneChunk(input) with { MaxAttempts = 1 });

        run.Backend.Submissions.Count.ShouldBe(1);
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("failed");
    }

    [Fact]
    public async Task Chunk_ThatStreamedBeforeItsWorkerDied_IsHalvedOverWhatIsMissing()
    {
        await using var run = new RunHarness(job => job.Ids.Contains("fp-3")
            ? JobScript.Of(Look.Running, Look.WorkerDied) with
            {
                Drains = streaming => [[.. streaming.Ids.TakeWhile(id => id != "fp-3").Select(id => $$"""{"id":"{{id}}"}""")]],
            }
            : new JobScript());

        var summary = await run.RunAsync(6, OneChunk);

        summary.Failed.ShouldBe(1);
        run.Backend.Submissions.Select(job => string.Join(',', job.Ids.Select(id => id[3..]))).ShouldBe(
            ["0,1,2,3,4,5", "3,4,5", "3", "3", "4,5"]);
    }

    private static RunHarness Killing(params string[] poison) => new(job =>
        JobScript.Of(job.Ids.Intersect(poison).Any() ? Look.WorkerDied : Look.Completed));

    private static RunInput OneChunk(RunInput input) => input with { ChunkSize = null };
}
