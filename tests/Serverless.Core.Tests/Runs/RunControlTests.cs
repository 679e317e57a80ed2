using Serverless.Core.Flashpoints;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Starting, cancelling, retrying and purging runs.</summary>
public sealed class RunControlTests
{
    [Fact]
    public async Task Start_OfTheSameRunAgain_IsTheRunThatIsThere()
    {
        await using var run = new RunHarness();

        var first = await run.StartAsync(2);
        var second = await run.StartAsync(2, input => input with { Workers = 9, Trigger = "timer" });
        await run.EndAsync();
        var third = await run.StartAsync(2);

        (first.IsNew, second.IsNew, third.IsNew).ShouldBe((true, false, false));
        second.Input.ShouldBe(first.Input);
        third.Status.ShouldBe(OrchestrationRuntimeStatus.Completed);
        run.Backend.Submissions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Start_OfAnotherListUnderTheSameId_IsRefusedAndChangesNothing()
    {
        await using var run = new RunHarness();
        await run.StartAsync(2);
        var manifest = run.Text("manifest.jsonl");

        var conflict = await Should.ThrowAsync<RunConflictException>(() => run.StartAsync(3));

        conflict.Message.ShouldStartWith("The run 'run-1' is already there, over another list (2 flashpoints, SHA-256 ");
        conflict.Message.ShouldContain("yours has 3");
        run.Text("manifest.jsonl").ShouldBe(manifest);
        (await run.EndAsync()).Flashpoints.ShouldBe(2);
    }

    [Fact]
    public async Task Start_OfAListThatIsNotTheOneMeasured_IsRefusedAndLeavesNothing()
    {
        await using var run = new RunHarness();
        var input = (await run.StartAsync(1)).Input with { RunId = "run-2" };
        var other = FlashpointReader.ReadAsync(new MemoryStream("""{"id":"b"}"""u8.ToArray()), default);
        var measured = new ManifestInfo(input.Flashpoints, 12, input.ManifestSha256);

        await Should.ThrowAsync<RunConflictException>(() => run.Control.StartAsync(input, measured, other, default));

        run.Objects.Names.ShouldNotContain(name => name.StartsWith("runs/run-2/", StringComparison.Ordinal));
        (await run.Control.FindAsync("run-2", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Cancel_OfARun_BeginsNoChunkEndsJobsAndAggregatesWhatIsThere()
    {
        var running = new Seen();
        await using var run = new RunHarness(job => job.Chunk == 0
            ? new JobScript()
            : JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(4);
        await run.DriveAsync(running.Task);

        var cancelled = await run.CancelAsync();
        var summary = await run.EndAsync();

        cancelled.ShouldBeTrue();
        (summary.Cancelled, summary.Ok, summary.Failed).ShouldBe((true, false, 3));
        run.Backend.Submissions.Select(job => job.Chunk).ShouldBe([0, 1]);
        run.Backend.Cancels.ShouldBe(["job-2"]);
        run.Results.ShouldBe(["""{"id":"fp-0","value":"done"}""", "null", "null", "null"]);
        run.Chunk(1).GetProperty("state").GetString().ShouldBe("cancelled");
        run.Failures["fp-1"].ShouldBe("the run was cancelled");
        run.Report.GetProperty("cancelled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Cancel_OfAJobThatCannotBeConfirmed_SaysSo()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)) with
        {
            CancelRefusal = new JobBackendException(JobErrorKind.Transient, "no answer"),
        });
        await run.StartAsync(1);
        await run.DriveAsync(running.Task);

        await run.CancelAsync(TimeSpan.FromMinutes(5));

        run.Backend.Cancels.Count.ShouldBeGreaterThanOrEqualTo(Retries.Cancel.MaxNumberOfAttempts);
        run.Failures["fp-0"].ShouldBe(
            "the run was cancelled; whether job job-1 has been cancelled could not be confirmed, which is tried on (fanout jobs): "
            + "no answer");
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task Cancel_BetweenTwoAttempts_BeginsNoOther()
    {
        var failed = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(failed.Set, Look.Failed("boom"))));
        await run.StartAsync(1, input => input with { PollSeconds = 60, MaxAttempts = 20 });
        await run.DriveAsync(failed.Task);

        await run.CancelAsync();

        run.Backend.Submissions.Count.ShouldBe(1);
        run.Backend.Cancels.ShouldBeEmpty();
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("cancelled");
        run.Failures["fp-0"].ShouldBe("boom");
    }

    [Fact]
    public async Task Cancel_OfALargeRun_ReachesTheChunksOfItsGroups()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(running.Set, Look.Running)));
        await run.StartAsync(501, input => input with { Workers = 4, PollSeconds = 60 });
        await run.DriveAsync(running.Task);

        await run.CancelAsync();

        run.Backend.Submissions.Count.ShouldBeLessThanOrEqualTo(4);
        run.Backend.Cancels.Distinct().Order().ShouldBe(run.Backend.Submissions.Select(job => job.Id).Order());
        run.Report.GetProperty("failed").GetInt32().ShouldBe(501);
    }

    [Fact]
    public async Task Cancel_OfARunThatHasEndedOrIsUnknown_DoesNothing()
    {
        await using var run = new RunHarness();
        (await run.CancelAsync()).ShouldBeFalse();
        await run.RunAsync(1);

        (await run.CancelAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Retry_OfARun_PlansOnlyWhatIsNullAndMerges()
    {
        var mended = false;
        await using var run = new RunHarness(job =>
            JobScript.Of(!mended && job.Ids.Contains("fp-1") ? Look.Failed("boom") : Look.Completed));
        await run.RunAsync(6, input => input with { Workers = 3, ChunkSize = 2, MaxAttempts = 1 });
        run.Results.Count(result => result == "null").ShouldBe(2);
        mended = true;

        var again = await run.Control.RetryAsync("run-1", input => input with { Workers = 2, ChunkSize = null }, default);
        var summary = await run.EndAsync();

        (again.Generation, again.FirstChunk, again.Workers).ShouldBe((2, 3, 2));
        (summary.Ok, summary.Failed, summary.ChunkCount).ShouldBe((true, 0, 5));
        run.Backend.Submissions.Skip(3).Select(job => (job.Chunk, string.Join(',', job.Ids))).Order()
            .ShouldBe([(3, "fp-0"), (4, "fp-1")]);
        run.Results.ShouldBe(Enumerable.Range(0, 6).Select(i => $$"""{"id":"fp-{{i}}","value":"done"}"""));
        run.Report.GetProperty("chunks").GetArrayLength().ShouldBe(5);
        (await run.Engine.Client.GetInstanceAsync("run-1", getInputsAndOutputs: true))!
            .ReadCustomStatusAs(RunJson.Default.RunProgress).ShouldBe(new RunProgress(5, 5, 6, 6, 0));
    }

    [Fact]
    public async Task Retry_OfARunWithEveryResult_IsRefused()
    {
        await using var run = new RunHarness();
        await run.RunAsync(1);

        var conflict = await Should.ThrowAsync<RunConflictException>(
            () => run.Control.RetryAsync("run-1", input => input, default));

        conflict.Message.ShouldBe("Nothing in the results of run 'run-1' is null.");
    }

    [Fact]
    public async Task Retry_OfARunThatGoesOnOrIsUnknown_IsRefused()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running));
        await run.StartAsync(1);

        (await Should.ThrowAsync<RunConflictException>(() => run.Control.RetryAsync("run-1", input => input, default)))
            .Message.ShouldStartWith("The run 'run-1' has not ended: it is ");
        (await Should.ThrowAsync<RunConflictException>(() => run.Control.RetryAsync("run-2", input => input, default)))
            .Message.ShouldBe("There is no run 'run-2'.");
    }

    [Fact]
    public async Task Purge_OfAnEndedRun_LeavesNothingAndFreesItsId()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Failed("boom")));
        await run.RunAsync(2, input => input with { MaxAttempts = 1 });
        await run.Control.RetryAsync("run-1", input => input, default);
        await run.EndAsync();

        (await run.Control.PurgeAsync("run-1", default)).ShouldBe(3);

        run.Objects.Names.ShouldBeEmpty();
        (await run.Engine.Client.ListInstancesAsync(new OrchestrationQuery())).Values.ShouldBeEmpty();
        (await run.Control.PurgeAsync("run-1", default)).ShouldBe(0);
        run.Backend.Script = _ => new JobScript();
        (await run.RunAsync(3)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Purge_OfARunThatGoesOn_IsRefused()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running));
        await run.StartAsync(1);

        var conflict = await Should.ThrowAsync<RunConflictException>(() => run.Control.PurgeAsync("run-1", default));

        conflict.Message.ShouldBe("The run 'run-1' has not ended: cancel it before purging it.");
        run.Objects.Names.ShouldNotBeEmpty();
    }
}
