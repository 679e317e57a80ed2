using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Jobs that may bill on.</summary>
public sealed class OpenJobsTests
{
    [Fact]
    public async Task List_OfARunThatGoesOn_HasItsJobs()
    {
        var running = new Seen();
        await using var run = new RunHarness(job => job.Chunk == 0 ? new JobScript() : JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(3);
        await run.DriveAsync(running.Task);

        var job = (await ListAsync(run)).ShouldHaveSingleItem();

        (job.RunId, job.Chunk, job.Attempt, job.JobId, job.Reason).ShouldBe(("run-1", 1, 1, "job-2", OpenJobReason.Watched));
        (await new OpenJobs(run.Engine.Client).CancelAsync(job, default)).ShouldBeNull();
    }

    [Fact]
    public async Task List_OfARunThatHasEnded_IsEmpty()
    {
        await using var run = new RunHarness();
        await run.RunAsync(3);

        (await ListAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_NotConfirmed_GoesOnAfterTheRunHasEndedAndARestart()
    {
        await using var run = await CancelledWithoutConfirmationAsync();
        (await run.EndAsync()).Cancelled.ShouldBeTrue();
        run.Report.GetProperty("unconfirmed")[0].GetProperty("job_id").GetString().ShouldBe("job-1");
        (await ListAsync(run)).ShouldHaveSingleItem().Reason.ShouldBe(OpenJobReason.CancelUnconfirmed);

        await run.RestartAsync();
        (await ListAsync(run)).ShouldHaveSingleItem().JobId.ShouldBe("job-1");
        run.Backend.CancelsAgain = true;
        await run.DriveAsync(run.Engine.Client.WaitForInstanceCompletionAsync(Names.Pursuit("run-1", 0, 1, "job-1")));

        (await ListAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_NeverConfirmed_EndsWithTheLifeOfTheJob()
    {
        await using var run = await CancelledWithoutConfirmationAsync();
        await run.EndAsync();

        var end = await run.DriveAsync(
            run.Engine.Client.WaitForInstanceCompletionAsync(Names.Pursuit("run-1", 0, 1, "job-1"), getInputsAndOutputs: true));

        var progress = end.ReadOutputAs(RunJson.Default.CancelProgress).ShouldNotBeNull();
        progress.Confirmed.ShouldBeFalse();
        progress.Error.ShouldBe("no answer");
        progress.Tries.ShouldBeGreaterThan(50);
        (await ListAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Hurry_Pursuit_TriesAtOnce()
    {
        await using var run = await CancelledWithoutConfirmationAsync();
        await run.EndAsync();
        run.Backend.CancelsAgain = true;
        var jobs = new OpenJobs(run.Engine.Client);
        var job = (await ListAsync(run)).ShouldHaveSingleItem();

        var pursuit = (await jobs.CancelAsync(job, default)).ShouldNotBeNull();
        await jobs.HurryAsync(pursuit, default);

        // Without the clock moving.
        await run.Engine.Client.WaitForInstanceCompletionAsync(pursuit).WaitAsync(RunHarness.Patience);
    }

    [Fact]
    public async Task Watched_RunOfManyJobs_EndsWithEveryResult()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Queued, Look.Running, Look.Completed), watches: true);

        var summary = await run.RunAsync(20, input => input with { Workers = 5 });

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(20);
        run.Watch!.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Watched_RunThatGoesOnAfterACrash_IsWatchedAgain()
    {
        var running = new Seen();
        var isDone = false;
        await using var run = new RunHarness(
            _ => JobScript.Of(Look.After(running.Set, job => isDone ? Look.Completed(job) : Look.Running(job))), watches: true);
        await run.StartAsync(1);
        await run.DriveAsync(running.Task);

        await run.RestartAsync();
        await run.Watch!.FollowRunAsync(run.Engine.Client, RunHarness.RunName, static _ => false, default);
        run.Watch!.Count.ShouldBe(1);
        isDone = true;

        (await run.EndAsync()).Ok.ShouldBeTrue();
    }

    private static async Task<RunHarness> CancelledWithoutConfirmationAsync()
    {
        var running = new Seen();
        var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)) with
        {
            CancelRefusal = new JobBackendException(JobErrorKind.Transient, "no answer"),
        });
        await run.StartAsync(1);
        await run.DriveAsync(running.Task);
        await run.CancelAsync(TimeSpan.FromMinutes(5));
        return run;
    }

    private static async Task<List<OpenJob>> ListAsync(RunHarness run) =>
        await new OpenJobs(run.Engine.Client).ListAsync(RunHarness.RunName, default).ToListAsync();
}
