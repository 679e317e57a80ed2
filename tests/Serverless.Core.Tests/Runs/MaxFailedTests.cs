using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Runs that are ended because they are hopeless.</summary>
public sealed class MaxFailedTests
{
    [Theory]
    [InlineData(20, 100, 10, 10, false)] // ten percent failed, twenty may
    [InlineData(20, 100, 40, 20, false)] // exactly as many as may
    [InlineData(20, 100, 40, 21, true)]
    [InlineData(0, 100, 10, 1, true)]
    [InlineData(0, 100, 9, 9, false)] // fewer than ten have ended
    [InlineData(0, 1_000, 99, 99, false)] // less than a tenth has ended
    [InlineData(0, 1_000, 100, 1, true)]
    [InlineData(null, 100, 100, 100, false)]
    public void Limit_OnlyOnceEnoughHaveEnded_IsPassed(int? percent, int flashpoints, int ended, int failed, bool isPassed) =>
        new FailureLimit(percent, flashpoints).IsPassed(ended, failed).ShouldBe(isPassed);

    [Fact]
    public async Task Run_WithTooManyFailures_CancelsItsJobsAndSaysWhy()
    {
        await using var run = new RunHarness(job => job.Chunk == 1 ? JobScript.Of(Look.Running) : JobScript.Of(Look.Failed("boom")));

        var summary = await run.RunAsync(30, input => input with { Workers = 2, MaxAttempts = 1, MaxFailedPercent = 20 });

        run.Backend.Submissions.Count.ShouldBe(11);
        run.Backend.Cancels.Distinct().ShouldBe([run.Backend.Submissions.Single(job => job.Chunk == 1).Id]);
        (summary.Cancelled, summary.Failed, summary.NotRun).ShouldBe((true, 30, 19));
        summary.StoppedBecause.ShouldBe("stopped as hopeless: 10 flashpoints had failed, more than 20 %; 19 of 30 flashpoints not run");
        run.Failures["fp-29"].ShouldBe("not run: more than 20 % of the flashpoints had failed");
    }

    [Fact]
    public async Task Run_WithTolerableFailures_GoesOnToTheEnd()
    {
        await using var run = new RunHarness(job => JobScript.Of(job.Chunk % 5 == 0 ? Look.Failed("boom") : Look.Completed));

        var summary = await run.RunAsync(30, input => input with { Workers = 2, MaxAttempts = 1, MaxFailedPercent = 20 });

        (summary.Cancelled, summary.Failed, summary.StoppedBecause).ShouldBe((false, 6, null));
    }

    [Fact]
    public async Task Run_OfManyGroupsWithTooManyFailures_EndsLongBeforeItsEnd()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Failed("boom")));

        var summary = await run.RunAsync(600, input => input with { Workers = 4, MaxAttempts = 1, MaxFailedPercent = 5 });

        run.Backend.Submissions.Count.ShouldBeInRange(60, 150);
        summary.StoppedBecause!.ShouldStartWith("stopped as hopeless: ");
        summary.NotRun.ShouldBe(600 - run.Backend.Submissions.Count);
    }

    [Fact]
    public async Task Run_HopelessAndInterruptedAtEachStep_EndsTheSame()
    {
        await Timed.RestartAtEachStepAsync(
            _ => JobScript.Of(Look.Failed("boom")),
            run => run.StartAsync(14, input => input with { MaxAttempts = 1, MaxFailedPercent = 20 }),
            (_, summary) =>
            {
                (summary.Cancelled, summary.NotRun).ShouldBe((true, 4));
                return Task.CompletedTask;
            });
    }
}
