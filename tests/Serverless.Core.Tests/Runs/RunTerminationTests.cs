using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Ending runs from outside. No job may be left behind.</summary>
public sealed class RunTerminationTests
{
    [Fact]
    public async Task Terminate_OfARun_EndsItAtOnceAndItsJobsAfterIt()
    {
        var running = new Seen();
        await using var run = new RunHarness(job => job.Chunk == 0
            ? new JobScript()
            : JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(4);
        await run.DriveAsync(running.Task);

        (await Terminating(run).TerminateAsync("run-1", "too dear")).ShouldBeTrue();

        var end = await run.Engine.Client.GetInstanceAsync("run-1", getInputsAndOutputs: true);
        (end!.RuntimeStatus, end.SerializedOutput).ShouldBe((OrchestrationRuntimeStatus.Terminated, "\"too dear\""));
        var chunk = await EndOfChunkAsync(run, 1);
        chunk.ReadOutputAs(RunJson.Default.ChunkOutcome)!.State.ShouldBe(ChunkState.Cancelled);
        run.Backend.Submissions.Select(job => job.Chunk).ShouldBe([0, 1]);
        run.Backend.Cancels.ShouldBe(["job-2"]);
        (await Terminating(run).TerminateAsync("run-1", "again")).ShouldBeFalse();
    }

    [Fact]
    public async Task Terminate_WhileAChunkSubmits_CancelsTheJobThatItGets()
    {
        var inside = new Seen();
        using var release = new ManualResetEventSlim();
        await using var run = new RunHarness(_ =>
        {
            inside.Set();
            release.Wait(RunHarness.Patience).ShouldBeTrue();
            return JobScript.Of(Look.Running);
        });
        await run.StartAsync(1);
        await inside.Task.WaitAsync(RunHarness.Patience);

        await Terminating(run).TerminateAsync("run-1", reason: null);
        (await run.Control.FindAsync("run-1", default))!.Status.ShouldBe(OrchestrationRuntimeStatus.Terminated);
        release.Set();

        await EndOfChunkAsync(run, 0);
        run.Backend.Cancels.ShouldBe(["job-1"]);
    }

    [Fact]
    public async Task Terminate_StoppedBeforeTheJobIsConfirmedToBeOver_GoesOnCancellingIt()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => Unconfirmed(running));
        await run.StartAsync(1);
        await run.DriveAsync(running.Task);

        await Terminating(run).TerminateAsync("run-1", reason: null);
        await run.RestartAsync();
        var before = run.Backend.Cancels.Count;
        var chunk = await EndOfChunkAsync(run, 0);

        before.ShouldBeLessThanOrEqualTo(2);
        run.Backend.Cancels.Count.ShouldBeGreaterThanOrEqualTo(Retries.Cancel.MaxNumberOfAttempts);
        chunk.ReadOutputAs(RunJson.Default.ChunkOutcome)!.Error!.ShouldContain("could not be confirmed");
    }

    [Fact]
    public async Task Terminate_OfALargeRun_ReachesTheChunksOfItsGroups()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(501, input => input with { Workers = 4, PollSeconds = 60 });
        await run.DriveAsync(running.Task);

        await Terminating(run).TerminateAsync("run-1", reason: null);

        var chunks = await run.Engine.Client.ListInstancesAsync(new OrchestrationQuery { Name = Names.Chunk });
        foreach (var chunk in chunks.Values) await run.DriveAsync(run.Engine.Client.WaitForInstanceCompletionAsync(chunk.InstanceId));
        var groups = await run.Engine.Client.ListInstancesAsync(new OrchestrationQuery { Name = Names.Group });
        groups.Values.ShouldNotBeEmpty();
        groups.Values.ShouldAllBe(group => group.RuntimeStatus == OrchestrationRuntimeStatus.Terminated);
        run.Backend.Cancels.Distinct().Order().ShouldBe(run.Backend.Submissions.Select(job => job.Id).Order());
    }

    [Fact]
    public async Task Terminate_WithASuspendedChunk_CancelsItsJobToo()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(1);
        await run.DriveAsync(running.Task);
        await run.Engine.Client.SuspendInstanceAsync(Names.ChunkInstance("run-1", 0));

        await Terminating(run).TerminateAsync("run-1", reason: null);

        await EndOfChunkAsync(run, 0);
        run.Backend.Cancels.ShouldBe(["job-1"]);
    }

    [Fact]
    public async Task Purge_WhileJobsAreBeingCancelled_IsRefusedAndThenWorks()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => Unconfirmed(running));
        await run.StartAsync(1);
        await run.DriveAsync(running.Task);
        await Terminating(run).TerminateAsync("run-1", reason: null);

        var purge = await Should.ThrowAsync<RunConflictException>(() => run.Control.PurgeAsync("run-1", default));
        var retry = await Should.ThrowAsync<RunConflictException>(() => run.Control.RetryAsync("run-1", input => input, default));

        purge.Message.ShouldBe("Jobs of the run 'run-1' are still being cancelled: try again in a minute.");
        retry.Message.ShouldBe(purge.Message);
        await EndOfChunkAsync(run, 0);
        (await run.Control.PurgeAsync("run-1", default)).ShouldBe(2);
        run.Objects.Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task CancelPart_OfAChunk_CostsThatChunkAlone()
    {
        var running = new Seen();
        await using var run = new RunHarness(job => job.Chunk == 0
            ? JobScript.Of(Look.After(running.Set, Look.Running))
            : new JobScript());
        await run.StartAsync(2);
        await run.DriveAsync(running.Task);
        var chunk = await run.Engine.Client.GetInstanceAsync(Names.ChunkInstance("run-1", 0));

        (await Terminating(run).CancelPartAsync(chunk!)).ShouldBeTrue();
        var summary = await run.EndAsync();

        (summary.Cancelled, summary.Failed).ShouldBe((false, 1));
        run.Backend.Cancels.ShouldBe(["job-1"]);
        run.Results.ShouldBe(["null", """{"id":"fp-1","value":"done"}"""]);
        (await Terminating(run).CancelPartAsync(chunk!)).ShouldBeFalse();
    }

    /// <summary>A job whose cancellation nobody confirms.</summary>
    private static JobScript Unconfirmed(Seen running) => JobScript.Of(Look.After(running.Set, Look.Running)) with
    {
        CancelRefusal = new JobBackendException(JobErrorKind.Transient, "no answer"),
    };

    private static RunTermination Terminating(RunHarness run) => new(run.Engine.Client);

    private static Task<OrchestrationMetadata> EndOfChunkAsync(RunHarness run, int chunk) => run.DriveAsync(
        run.Engine.Client.WaitForInstanceCompletionAsync(Names.ChunkInstance("run-1", chunk), getInputsAndOutputs: true));
}
