using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Runs that may not cost more than so much. A second costs half a dollar, and most jobs take three.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task Run_WhoseBudgetIsSpent_BeginsNoMoreAndSaysWhatIsLeft()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Completed.Took(3)));

        var summary = await run.RunAsync(10, input => Limited(input, 4));

        run.Backend.Submissions.Count.ShouldBe(3);
        summary.StoppedBecause.ShouldBe("stopped at $4.50 of $4.00: 7 of 10 flashpoints not run");
        (summary.Cost, summary.NotRun, summary.Failed, summary.Cancelled, summary.Ok).ShouldBe((4.5m, 7, 7, false, false));
        run.Failures["fp-9"].ShouldBe("not run: the budget of $4.00 was spent");
        run.Report.GetProperty("stopped_because").GetString().ShouldBe(summary.StoppedBecause);
    }

    [Fact]
    public async Task Run_ThatEndsWithinItsBudget_IsNotStopped()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Completed.Took(3)));

        var summary = await run.RunAsync(4, input => Limited(input, 6) with { Workers = 2 });

        (summary.Ok, summary.Cost, summary.StoppedBecause, summary.NotRun).ShouldBe((true, 6m, null, null));
    }

    [Fact]
    public async Task Run_WithManyWorkers_CountsWhatIsUnderWay()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running, Look.Running, Look.Completed.Took(3)));

        var summary = await run.RunAsync(40, input => Limited(input, 12) with { Workers = 4 });

        // Eight chunks are the budget; the wave that was begun before is let end.
        run.Backend.Submissions.Count.ShouldBeInRange(8, 11);
        run.Backend.Cancels.ShouldBeEmpty();
        summary.Cost.ShouldBe(1.5m * run.Backend.Submissions.Count);
        summary.NotRun.ShouldBe(40 - run.Backend.Submissions.Count);
    }

    [Fact]
    public async Task Chunk_ThatSpendsTheBudgetAlone_IsNotTriedAgain()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Failed("boom").Took(3)));

        var summary = await run.RunAsync(2, input => Limited(input, 4) with { MaxAttempts = 20, ChunkSize = null });

        run.Backend.Submissions.Count.ShouldBe(3);
        run.Chunk(0).GetProperty("cut_short").GetBoolean().ShouldBeTrue();
        run.Failures["fp-1"].ShouldBe("not tried again, because the run's budget was spent: boom");
        summary.StoppedBecause.ShouldBe("stopped at $4.50 of $4.00: 2 of 2 flashpoints not run");
    }

    [Fact]
    public async Task Chunk_BesideOneThatSpendsTheBudget_EndsItsAttemptAndIsNotTriedAgain()
    {
        // The second chunk's job fails when the chunk has been told, however long telling takes.
        RunHarness? harness = null;
        await using var run = new RunHarness(job => JobScript.Of(job.Chunk == 0
            ? Look.Completed.Took(30)
            : late => (IsTold(harness!, 1) ? Look.Failed("boom").Took(3) : Look.Running)(late)));
        harness = run;

        var summary = await run.RunAsync(2, input => Limited(input, 10) with { Workers = 2, MaxAttempts = 20 });

        run.Backend.Submissions.Count.ShouldBe(2);
        run.Backend.Cancels.ShouldBeEmpty();
        run.Chunk(1).GetProperty("cut_short").GetBoolean().ShouldBeTrue();
        summary.StoppedBecause.ShouldBe("stopped at $16.50 of $10.00: 1 of 2 flashpoints not run");
    }

    [Fact]
    public async Task Chunks_ThatFailTogether_TellWhatTheySpentBetweenAttempts()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Failed("boom").Took(3)));

        await run.RunAsync(4, input => Limited(input, 12) with { Workers = 4, MaxAttempts = 20 });

        // Each alone could spend all of it, which would be 32. Together they may overshoot by the wave that is under way and by another.
        run.Backend.Submissions.Count.ShouldBeInRange(8, 16);
    }

    [Fact]
    public async Task Run_OfManyGroups_StopsAllOfThem()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Completed.Took(3)));

        var summary = await run.RunAsync(1_100, input => Limited(input, 60) with { Workers = 6 });

        run.Backend.Submissions.Count.ShouldBeInRange(36, 60);
        summary.Cost.ShouldBe(1.5m * run.Backend.Submissions.Count);
        summary.NotRun.ShouldBe(1_100 - run.Backend.Submissions.Count);
        summary.StoppedBecause!.ShouldEndWith($" of $60.00: {summary.NotRun:N0} of 1,100 flashpoints not run");
    }

    [Fact]
    public async Task Retry_AfterTheBudgetWasSpent_GoesOnWithWhatIsNull()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Completed.Took(3)));
        await run.RunAsync(10, input => Limited(input, 4));

        await run.Control.RetryAsync("run-1", input => input, default);
        var second = await run.EndAsync();
        await run.Control.RetryAsync("run-1", input => input with { MaxCost = null }, default);
        var third = await run.EndAsync();

        (second.Cost, second.NotRun).ShouldBe((9m, 4));
        second.StoppedBecause.ShouldBe("stopped at $4.50 of $4.00: 4 of 10 flashpoints not run");
        (third.Ok, third.Cost, third.StoppedBecause).ShouldBe((true, 15m, null));
        run.Backend.Submissions.Count.ShouldBe(10);
    }

    [Fact]
    public async Task Run_WithABudgetInterruptedAtEachStep_SpendsTheSame()
    {
        var steps = await Timed.RestartAtEachStepAsync(
            job => JobScript.Of(Look.Running, job is { Chunk: 0, Attempt: 1 } ? Look.Failed("boom").Took(3) : Look.Completed.Took(3)),
            run => run.StartAsync(6, input => Limited(input, 5)),
            (run, summary) =>
            {
                summary.StoppedBecause.ShouldBe("stopped at $6.00 of $5.00: 3 of 6 flashpoints not run");
                return Task.CompletedTask;
            });

        steps.ShouldBeGreaterThan(8);
    }

    private static RunInput Limited(RunInput input, decimal dollars) =>
        input with { PricePerSecond = 0.5m, MaxCost = dollars, MaxAttempts = 3 };

    private static bool IsTold(RunHarness run, int chunk)
    {
        var history = run.Engine.Client.GetOrchestrationHistoryAsync(Names.ChunkInstance(RunHarness.RunName, chunk));
        return history.GetAwaiter().GetResult().Any(past => past.Name == Names.StopEvent);
    }
}
