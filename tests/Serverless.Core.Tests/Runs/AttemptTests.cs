using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>One chunk and what may become of its jobs.</summary>
public sealed class AttemptTests
{
    [Fact]
    public async Task Chunk_WithAPartialAnswerById_SubmitsOnlyWhatIsMissing()
    {
        await using var run = new RunHarness(job => job.Attempt == 1
            ? JobScript.Of(Look.Results("""{"id":"fp-2","value":2},{"id":"fp-0","value":0}"""))
            : JobScript.Of(Look.Results("""{"id":"fp-1","value":1}""")));

        var summary = await run.RunAsync(3, OneChunk);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Select(job => string.Join(',', job.Ids)).ShouldBe(["fp-0,fp-1,fp-2", "fp-1"]);
        run.Results.ShouldBe(["""{"id":"fp-0","value":0}""", """{"id":"fp-1","value":1}""", """{"id":"fp-2","value":2}"""]);
        run.Chunk(0).GetProperty("attempts").GetInt32().ShouldBe(2);
        run.Chunk(0).GetProperty("total_execution_sec").GetDouble().ShouldBe(4);
    }

    [Theory]
    [InlineData(null, "there is no output")]
    [InlineData("null", "there is no output")]
    [InlineData("\"done\"", "the output is a text")]
    [InlineData("{\"answers\":[]}", "the output has no \"results\"")]
    [InlineData("[1,2]", "there are 2 entries for 3 flashpoints")]
    public async Task Chunk_WithAnUnusableOutput_HasAFailedAttemptAndNeverASuccess(string? output, string reason)
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Output(output)));

        var summary = await run.RunAsync(3, OneChunk);

        summary.Failed.ShouldBe(3);
        run.Backend.Submissions.Count.ShouldBe(3);
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("failed");
        run.Chunk(0).GetProperty("error").GetString().ShouldStartWith($"the job completed without a usable output: {reason}");
        run.Results.ShouldBe(["null", "null", "null"]);
    }

    [Fact]
    public async Task Chunk_WithNullsAndErrors_TakesThemAsFinal()
    {
        await using var run = new RunHarness(_ => JobScript.Of(
            Look.Results("""{"id":"fp-0","value":0},null,{"id":"fp-2","error":"no such page"}""")));

        var summary = await run.RunAsync(3, OneChunk);

        summary.Failed.ShouldBe(2);
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Results.ShouldBe(["""{"id":"fp-0","value":0}""", "null", "null"]);
        run.Failures.ShouldBe(new Dictionary<string, string>
        {
            ["fp-1"] = "the worker returned null",
            ["fp-2"] = "no such page",
        });
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("completed");
        run.Chunk(0).GetProperty("error").GetString().ShouldBe("2 of 3 flashpoints were answered with an error");
    }

    public static TheoryData<string, string> Ends => new()
    {
        { "failed", "out of memory" },
        { "timed_out", "the job timed out" },
        { "cancelled", "the job was cancelled" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Chunk_WhoseJobsEndBadly_IsTriedAsOftenAsAllowed(string end, string reason)
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Queued, Look.Running, end switch
        {
            "failed" => Look.Failed("out of memory"),
            "timed_out" => Look.TimedOut,
            _ => Look.Cancelled,
        }));

        await run.RunAsync(2, input => OneChunk(input) with { MaxAttempts = 4 });

        run.Backend.Submissions.Select(job => job.Attempt).ShouldBe([1, 2, 3, 4]);
        run.Backend.Cancels.ShouldBeEmpty();
        run.Failures.ShouldBe(new Dictionary<string, string> { ["fp-0"] = reason, ["fp-1"] = reason });
        run.Chunk(0).GetProperty("error").GetString().ShouldBe(reason);
    }

    [Fact]
    public async Task Chunk_WhoseJobIsLost_TriesAgainWithoutUsingUpAnAttempt()
    {
        await using var run = new RunHarness(job => JobScript.Of(job.Attempt <= 3 ? Look.Lost : Look.Completed));

        var summary = await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Chunk_WhoseJobsAreAlwaysLost_EndsNevertheless()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Lost));

        await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        run.Backend.Submissions.Count.ShouldBe(Retries.MaxLostJobs + 1);
        run.Failures["fp-0"].ShouldBe("the job is not known any more; its result, if there was one, is gone");
    }

    [Fact]
    public async Task Submit_RefusedForGood_FailsTheChunkAtOnce()
    {
        await using var run = new RunHarness(_ => JobScript.Refused(JobErrorKind.Permanent, "the API key is wrong"));

        await run.RunAsync(1);

        run.Backend.Submissions.Count.ShouldBe(1);
        run.Failures["fp-0"].ShouldBe("the API key is wrong");
        run.Chunk(0).GetProperty("attempts").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData(JobErrorKind.Transient)]
    [InlineData(JobErrorKind.Ambiguous)]
    public async Task Submit_RefusedForNow_IsRepeatedWithBackoffAsTheSameAttempt(JobErrorKind kind)
    {
        var times = new List<DateTimeOffset>();
        await using var run = new RunHarness();
        run.Backend.Script = job =>
        {
            times.Add(run.Clock.GetUtcNow());
            return job.Repetition < 5 ? JobScript.Refused(kind, "busy") : new JobScript();
        };

        var summary = await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Select(job => job.Request.AttemptId).Distinct().ShouldBe(["run-1:0:1"]);
        run.Backend.Submissions.Count.ShouldBe(6);
        foreach (var (failures, wait) in times.Zip(times.Skip(1), (a, b) => b - a).Index())
            wait.TotalSeconds.ShouldBeInRange(3 * Math.Pow(2, failures), 3 * Math.Pow(2, failures) * 1.5);
    }

    [Fact]
    public async Task Submit_AlwaysRefused_UsesUpAnAttemptOnlyAfterManyTries()
    {
        await using var run = new RunHarness(_ => JobScript.Refused(JobErrorKind.Transient, "busy"));

        await run.RunAsync(1, input => input with { MaxAttempts = 2 });

        run.Backend.Submissions.Count.ShouldBe(2 * Retries.MaxSubmissions);
        run.Failures["fp-0"].ShouldBe("busy");
    }

    [Fact]
    public async Task Check_FailingForAWhile_LeavesTheJobAlone()
    {
        var busy = Enumerable.Repeat(Look.Error(JobErrorKind.Transient, "502"), 20);
        await using var run = new RunHarness(_ => JobScript.Of([.. busy, Look.Completed]));

        var summary = await run.RunAsync(1);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Backend.Cancels.ShouldBeEmpty();
    }

    [Fact]
    public async Task Check_FailingForGood_CancelsTheJobAndFailsTheChunk()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Error(JobErrorKind.Permanent, "the API key is wrong")) with
        {
            AfterCancel = Look.Error(JobErrorKind.Permanent, "the API key is wrong"),
        });

        await run.RunAsync(1);

        run.Backend.Submissions.Count.ShouldBe(1);
        run.Backend.Checks.Count.ShouldBe(Retries.MaxPermanentChecks + 1);
        run.Backend.Cancels.ShouldBe(["job-1"]);
        run.Failures["fp-0"].ShouldBe("the API key is wrong");
    }

    [Fact]
    public async Task Job_RunningLongerThanAllowed_IsCancelledAndCountsAsTimedOut()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Queued, Look.Running));
        var start = run.Clock.GetUtcNow();

        await run.RunAsync(1, input => Limited(input) with { MaxAttempts = 1 });

        run.Backend.Cancels.ShouldBe(["job-1"]);
        run.Failures["fp-0"].ShouldBe("timed out: a worker held the job for more than 60 s (REQUEST_TIMEOUT)");

        // Running is first seen at the second look, 6 s after the start; RunPod may overshoot by 15 s.
        (run.Clock.GetUtcNow() - start).TotalSeconds.ShouldBeInRange(6 + 60 + 15, 6 + 60 + 15 + 4);
    }

    [Fact]
    public async Task Job_ThatVanishesAfterItWasStopped_StillUsesUpItsAttempt()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running) with { AfterCancel = Look.Lost });

        await run.RunAsync(1, input => Limited(input) with { MaxAttempts = 2 });

        run.Backend.Submissions.Count.ShouldBe(2);
        run.Failures["fp-0"].ShouldStartWith("timed out");
    }

    [Fact]
    public async Task Job_StillSeenRunningAfterItWasStopped_IsNoSuccess()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running) with { AfterCancel = Look.Running });

        var summary = await run.RunAsync(1, input => Limited(input) with { MaxAttempts = 2 });

        summary.Failed.ShouldBe(1);
        run.Backend.Submissions.Count.ShouldBe(2);
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("failed");
        run.Failures["fp-0"].ShouldStartWith("timed out");
    }

    [Fact]
    public async Task Job_ThatHasEndedJustBeforeItWasStopped_KeepsItsResults()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running) with { AfterCancel = Look.Completed });

        var summary = await run.RunAsync(1, Limited);

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Results.ShouldBe(["""{"id":"fp-0","value":"done"}"""]);
    }

    [Fact]
    public async Task Job_ThatIsNeverTakenByAWorker_IsCancelledWhenItsLifeIsOver()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Queued));

        await run.RunAsync(1, input => Limited(input) with { MaxAttempts = 1 });

        run.Backend.Cancels.ShouldBe(["job-1"]);
        run.Failures["fp-0"].ShouldBe("timed out: the job had not ended 720 s after it was submitted");
        run.Backend.Submissions[0].Request.TimeToLive.ShouldBe(TimeSpan.FromSeconds(720));
        run.Backend.Submissions[0].Request.ExecutionTimeout.ShouldBe(TimeSpan.FromSeconds(60));
    }

    private static RunInput OneChunk(RunInput input) => input with { ChunkSize = null };

    private static RunInput Limited(RunInput input) => input with { Timeouts = new RunTimeouts { RequestS = 60 } };
}
