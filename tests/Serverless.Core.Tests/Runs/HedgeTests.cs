using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Chunks that take too long and get a second job. Most take three seconds; a second costs a cent.</summary>
public sealed class HedgeTests
{
    [Fact]
    public async Task Hedge_ThatAnswersFirst_WinsAndTheOtherJobIsCancelled()
    {
        await using var run = new RunHarness(Slow(
            first: _ => JobScript.Of(Look.Running) with { AfterCancel = Look.Cancelled.Took(9) },
            second: _ => JobScript.Of(Look.Completed.Took(2))));

        var summary = await run.RunAsync(8, Hedged);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(5);
        run.Backend.Cancels.ShouldBe([run.Backend.Submissions.Single(job => job is { Chunk: 3, Attempt: 1 }).Id]);
        var log = run.Chunk(3).GetProperty("attempt_log");
        log[0].GetProperty("superseded").GetBoolean().ShouldBeTrue();
        (log[0].GetProperty("cost").GetDecimal(), log[0].GetProperty("wasted_cost").GetDecimal()).ShouldBe((0.09m, 0.09m));
        log[1].GetProperty("hedge_of").GetInt32().ShouldBe(1);
        log[1].GetProperty("wasted_cost").GetDecimal().ShouldBe(0);
        run.Chunk(3).GetProperty("attempts").GetInt32().ShouldBe(2);
        summary.WastedCost.ShouldBe(0.09m);
    }

    [Fact]
    public async Task Hedge_ThatIsBeaten_IsCancelledAndWasted()
    {
        await using var run = new RunHarness(Slow(
            first: _ => JobScript.Of(Look.Running, Look.Running, Look.Running, Look.Running, Look.Completed.Took(14)),
            second: _ => JobScript.Of(Look.Running) with { AfterCancel = Look.Cancelled.Took(4) }));

        var summary = await run.RunAsync(8, Hedged);

        summary.Ok.ShouldBeTrue();
        run.Backend.Cancels.ShouldBe([run.Backend.Submissions.Single(job => job is { Chunk: 3, Attempt: 2 }).Id]);
        run.Chunk(3).GetProperty("attempt_log")[1].GetProperty("superseded").GetBoolean().ShouldBeTrue();
        summary.WastedCost.ShouldBe(0.04m);
    }

    [Fact]
    public async Task Hedge_BesideAJobThatStreams_TakesOnlyWhatIsMissing()
    {
        // The first job goes on streaming, so that what is missing is less and less: the second one's places stay as they were.
        await using var run = new RunHarness(Slow(
            first: _ => JobScript.Of(Look.Running) with
            {
                Drains = _ => [["""{"id":"fp-6","v":"first"}"""], [], [], ["""{"id":"fp-7","v":"first"}"""]],
                AfterCancel = Look.Cancelled.Took(8),
            },
            second: job => JobScript.Of(
                Look.Running, Look.Running, Look.Results(string.Join(',', job.Ids.Select(_ => """{"v":"second"}"""))).Took(2))));

        var summary = await run.RunAsync(10, input => Hedged(input) with { ChunkSize = null, Workers = 4 });

        summary.Ok.ShouldBeTrue();
        var hedge = run.Backend.Submissions.Single(job => job is { Chunk: 3, Attempt: 2 });
        hedge.Ids.Count.ShouldBeLessThan(2 + 1);
        run.Results[9].ShouldContain("second");
    }

    [Fact]
    public async Task Hedge_WhenBothFail_LeavesTheChunkToTheNextAttempt()
    {
        await using var run = new RunHarness(Slow(
            first: _ => JobScript.Of(Look.Running, Look.Running, Look.Running, Look.Running, Look.Failed("boom")),
            second: job => JobScript.Of(Look.Failed("bang")),
            later: _ => JobScript.Of(Look.Completed)));

        var summary = await run.RunAsync(8, Hedged);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Where(job => job.Chunk == 3).Select(job => job.Attempt).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Hedge_BeforeHalfHaveFinished_IsNotMade()
    {
        // Two of six finish at once; the others go on for many times as long, and are asked about while they do.
        var late = new Seen();
        var waiting = 4;
        void CountDown()
        {
            if (Interlocked.Decrement(ref waiting) == 0) late.Set();
        }

        await using var run = new RunHarness(job => JobScript.Of(job.Chunk < 2
            ? [Look.Running, Look.Completed]
            : [.. Enumerable.Repeat(Look.Running, 40), Look.After(CountDown, Look.Running), Look.Running]));
        await run.StartAsync(6, input => Hedged(input) with { Workers = 6, ChunkSize = 1 });

        await run.DriveAsync(late.Task);

        run.Backend.Submissions.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Hedge_OfManySlowChunks_IsMadeForATenthAtOnceAndOnceForEach()
    {
        var open = 0;
        var most = 0;
        await using var run = new RunHarness(job =>
        {
            if (job.Chunk < 12) return new JobScript();
            if (job.Attempt == 1) return JobScript.Of(Look.Running);
            most = Math.Max(most, Interlocked.Increment(ref open));
            return JobScript.Of(Look.Running, Look.After(() => Interlocked.Decrement(ref open), Look.Completed));
        });

        var summary = await run.RunAsync(20, input => Hedged(input) with { Workers = 20, ChunkSize = 1 });

        summary.Ok.ShouldBeTrue();
        most.ShouldBe(2);
        run.Backend.Submissions.GroupBy(job => job.Chunk).Max(jobs => jobs.Count()).ShouldBe(2);
    }

    [Fact]
    public async Task Hedge_InterruptedAtEachStep_GivesEveryResultOnce()
    {
        var steps = await Timed.RestartAtEachStepAsync(
            Slow(first: _ => JobScript.Of(Look.Running), second: _ => JobScript.Of(Look.Running, Look.Completed.Took(2))),
            run => run.StartAsync(8, Hedged),
            (run, summary) =>
            {
                summary.Ok.ShouldBeTrue();
                run.Chunk(3).GetProperty("attempt_log").GetArrayLength().ShouldBe(2);
                run.Backend.InFlight.ShouldBe(0);
                return Task.CompletedTask;
            });

        steps.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Cancel_OfARunWithAHedge_CancelsBothJobs()
    {
        var hedged = new Seen();
        await using var run = new RunHarness(Slow(
            first: _ => JobScript.Of(Look.Running), second: _ => JobScript.Of(Look.After(hedged.Set, Look.Running))));
        await run.StartAsync(8, Hedged);
        await run.DriveAsync(hedged.Task);

        await run.CancelAsync();

        run.Backend.Cancels.Count.ShouldBe(2);
        (await run.EndAsync()).Failed.ShouldBe(2);
    }

    private static RunInput Hedged(RunInput input) =>
        input with { Workers = 4, ChunkSize = 2, Hedge = 2, PricePerSecond = 0.01m };

    /// <summary>All chunks are done at the first look, but the fourth.</summary>
    private static Func<ScriptedJob, JobScript> Slow(
        Func<ScriptedJob, JobScript> first, Func<ScriptedJob, JobScript> second, Func<ScriptedJob, JobScript>? later = null) =>
        job => (job.Chunk, job.Attempt) switch
        {
            ( < 3, _) => JobScript.Of(Look.Completed.Took(2)),
            (_, 1) => first(job),
            (_, 2) => second(job),
            _ => later!(job),
        };
}
