using System.Text.Json;
using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>What runs cost, and what of it bought nothing. A second costs a cent.</summary>
public sealed class CostTests
{
    [Fact]
    public async Task Run_WithoutAPrice_ShowsNoCost()
    {
        await using var run = new RunHarness();

        var summary = await run.RunAsync(2);

        (summary.Cost, summary.WastedCost, summary.PricePerSecond).ShouldBe((null, null, null));
        run.Report.TryGetProperty("cost", out _).ShouldBeFalse();
        run.Chunk(0).GetProperty("attempt_log")[0].TryGetProperty("cost", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_WithAPrice_AddsUpWhatItsJobsCost()
    {
        await using var run = new RunHarness(job => JobScript.Of(Look.Running, Look.Completed.Took(job.Chunk + 0.2, delaySec: 0.5)));

        var summary = await run.RunAsync(3, input => Priced(input) with { Gpu = "RTX 4090" });

        (summary.Cost, summary.WastedCost, summary.Gpu, summary.PricePerSecond).ShouldBe((0.06m, 0m, "RTX 4090", 0.01m));
        Costs(run, 0).ShouldBe([(0.01m, 0m)]);
        Costs(run, 2).ShouldBe([(0.03m, 0m)]);
        run.Chunk(1).GetProperty("cost").GetRawText().ShouldBe("0.02");
        (await new RunQueries(run.Engine.Client, run.Objects).FindAsync("run-1", default))!.Cost.ShouldBe(0.06m);
    }

    public static TheoryData<string, decimal, decimal> Ends => new()
    {
        { "failed", 0.10m, 0.10m },
        { "partial", 0.10m, 0.04m },
        { "unusable", 0.10m, 0.10m },
        { "errors", 0.10m, 0m },
        { "at once", 0.01m, 0m },
        { "lost", 0.06m, 0.06m },
        { "never taken", 0m, 0m },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Attempt_ByItsEnd_WastesWhatItDidNotAnswer(string end, decimal cost, decimal wasted)
    {
        await using var run = new RunHarness(job => job.Attempt > 1 ? JobScript.Of(Look.Completed.Took(1)) : end switch
        {
            "failed" => JobScript.Of(Look.Failed("boom").Took(10)),
            "partial" => JobScript.Of(Look.Results("""{"id":"fp-0","v":0},{"id":"fp-1","v":1},{"id":"fp-2","v":2}""").Took(10)),
            "unusable" => JobScript.Of(Look.Output("\"done\"").Took(10)),
            "errors" => JobScript.Of(Look.Results("null,null,null,null,null").Took(10)),
            "at once" => JobScript.Of(Look.Completed.Took(0)),
            "lost" => JobScript.Of(Look.Running, Look.Running, Look.Lost),
            _ => JobScript.Of(Look.Queued, Look.Lost),
        });

        var summary = await run.RunAsync(5, input => Priced(input) with { ChunkSize = null });

        Costs(run, 0)[0].ShouldBe((cost, wasted));
        summary.Cost.ShouldBe(Costs(run, 0).Sum(attempt => attempt.Cost));
        summary.WastedCost.ShouldBe(wasted);
        run.Chunk(0).GetProperty("attempt_log")[0].TryGetProperty("cost_estimated", out _).ShouldBe(end == "lost");
    }

    [Fact]
    public async Task Run_ThatIsCancelled_HasPaidForWhatRan()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)) with
        {
            AfterCancel = Look.Cancelled.Took(7),
        });
        await run.StartAsync(2, Priced);
        await run.DriveAsync(running.Task);

        await run.CancelAsync();

        var summary = await run.EndAsync();
        (summary.Cancelled, summary.Cost, summary.WastedCost).ShouldBe((true, 0.07m, 0.07m));
    }

    [Fact]
    public async Task Run_ThatGoesOn_ShowsWhatItHasCostSoFar()
    {
        var second = new Seen();
        await using var run = new RunHarness(job => job.Chunk == 0
            ? JobScript.Of(Look.Completed.Took(10))
            : JobScript.Of(Look.Running, Look.Running, Look.After(second.Set, Look.Running)));
        await run.StartAsync(2, Priced);
        await run.DriveAsync(second.Task);

        var shown = (await new RunQueries(run.Engine.Client, run.Objects, run.Clock).FindDetailAsync("run-1", default))!;

        (shown.Cost, shown.WastedCost).ShouldBe((0.10m, 0m));
        shown.RunningCost.ShouldNotBeNull().ShouldBeInRange(0.06m, 0.12m);
        (await new RunQueries(run.Engine.Client, run.Objects).FindDetailAsync("run-1", default))!.RunningCost.ShouldBeNull();
        await run.CancelAsync();
    }

    [Fact]
    public async Task Retry_OfARun_AddsToWhatItCost()
    {
        var mended = false;
        await using var run = new RunHarness(job =>
            JobScript.Of(!mended && job.Chunk == 1 ? Look.Failed("boom").Took(10) : Look.Completed.Took(5)));
        (await run.RunAsync(2, input => Priced(input) with { MaxAttempts = 1 })).Cost.ShouldBe(0.15m);
        mended = true;

        await run.Control.RetryAsync("run-1", input => input, default);

        var summary = await run.EndAsync();
        (summary.Cost, summary.WastedCost).ShouldBe((0.20m, 0.10m));
    }

    [Fact]
    public void Cost_OfAnyMixOfEnds_AddsUpFromAttemptsToTheRun() => Properties.Hold(
        FsCheck.Fluent.Gen.ArrayOf(FsCheck.Fluent.Gen.Choose(0, 5), 12),
        ends => Task.Run(() => CheckAsync(ends)).GetAwaiter().GetResult(),
        count: 12);

    [Fact]
    public void Outcome_OfAVersionWithoutCosts_StillReads()
    {
        const string Old = """
            {"chunk":0,"worker":1,"flashpoints":2,"state":"completed","done":2,"missing":0,"attempts":1,"total_execution_sec":2,
             "attempt_log":[{"attempt":1,"state":"completed","job_id":"j","flashpoints":2,"submitted_at":"2025-01-01T00:00:00+00:00"}]}
            """;

        var outcome = JsonSerializer.Deserialize(Old, RunJson.Default.ChunkOutcome)!;

        (outcome.Cost, outcome.WastedCost, outcome.CutShort, outcome.AttemptLog[0].Cost).ShouldBe((null, null, false, null));
        JsonSerializer.Deserialize("""{"done":3,"missing":1}""", RunJson.Default.GroupOutcome).ShouldBe(new GroupOutcome(3, 1));
    }

    private static async Task CheckAsync(int[] ends)
    {
        await using var run = new RunHarness(job => JobScript.Of(Look.Running, ends[(job.Chunk * 3 + job.Attempt) % ends.Length] switch
        {
            0 => Look.Failed("boom").Took(2.5, 0.3),
            1 => Look.Lost,
            2 => Look.Results($$"""{"id":"{{job.Ids[0]}}","v":1}""").Took(1.2),
            3 => Look.WorkerDied.Took(0.9),
            _ => Look.Completed.Took(3.3, 70),
        }));

        var summary = await run.RunAsync(12, input => Priced(input) with { ChunkSize = 4, Workers = 2 });

        var attempts = Enumerable.Range(0, 3).SelectMany(chunk => Costs(run, chunk)).ToList();
        summary.Cost.ShouldBe(attempts.Sum(attempt => attempt.Cost));
        summary.WastedCost.ShouldBe(attempts.Sum(attempt => attempt.Wasted));
        attempts.ShouldAllBe(attempt => attempt.Wasted >= 0 && attempt.Wasted <= attempt.Cost);
    }

    private static List<(decimal Cost, decimal Wasted)> Costs(RunHarness run, int chunk) =>
        [.. run.Chunk(chunk).GetProperty("attempt_log").EnumerateArray()
            .Select(attempt => (attempt.GetProperty("cost").GetDecimal(), attempt.GetProperty("wasted_cost").GetDecimal()))];

    private static RunInput Priced(RunInput input) => input with { PricePerSecond = 0.01m };
}
