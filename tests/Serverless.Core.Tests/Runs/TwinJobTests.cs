using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Jobs whose submission was taken though its answer was lost: they report themselves by webhook.</summary>
public sealed class TwinJobTests
{
    private const string Answer = """{"id":"fp-0","value":"first"}""";

    [Fact]
    public async Task LostJob_ThatReportsBeforeTheNextTry_IsTheAttemptsJob()
    {
        var tried = new Seen();
        await using var run = new RunHarness(_ =>
        {
            tried.Set();
            return JobScript.AnswerLost(Look.Results(Answer));
        });
        await run.StartAsync(1);
        await tried.Task.WaitAsync(RunHarness.Patience);

        await ReportAsync(run, "job-1");

        (await run.EndAsync()).Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        run.Backend.Cancels.ShouldBeEmpty();
        run.Results.ShouldBe([Answer]);
        run.Chunk(0).GetProperty("job_id").GetString().ShouldBe("job-1");
        run.Chunk(0).GetProperty("attempts").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task LostJob_ThatCompletesFirst_WinsAndTheOtherIsCancelled()
    {
        var again = new Seen();
        await using var run = new RunHarness(job => job.Repetition == 0
            ? JobScript.AnswerLost(Look.Results(Answer))
            : JobScript.Of(Look.After(again.Set, Look.Running)));
        await run.StartAsync(1);
        await run.DriveAsync(again.Task);

        await ReportAsync(run, "job-1");

        (await run.EndAsync()).Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(2);
        run.Backend.Cancels.ShouldBe(["job-2"]);
        run.Results.ShouldBe([Answer]);
        run.Chunk(0).GetProperty("job_id").GetString().ShouldBe("job-1");
        run.Chunk(0).GetProperty("state").GetString().ShouldBe("completed");
    }

    public static TheoryData<string> Disappointments => new("failed", "lost", "running", "half", "unusable");

    [Theory]
    [MemberData(nameof(Disappointments))]
    public async Task LostJob_WithoutACompleteAnswer_LeavesTheOtherToGoOn(string end)
    {
        var again = new Seen();
        var looked = new Seen();
        await using var run = new RunHarness(job => job.Repetition == 0
            ? JobScript.AnswerLost(Look.After(looked.Set, end switch
            {
                "failed" => Look.Failed("out of memory"),
                "lost" => Look.Lost,
                "running" => Look.Running,
                "half" => Look.Results(Answer),
                _ => Look.Output("\"nothing\""),
            }))
            : JobScript.Of(Look.Running, Look.After(again.Set, Look.Running), Look.Running, Look.Completed));
        await run.StartAsync(2, input => input with { ChunkSize = 2 });
        await run.DriveAsync(again.Task);

        await ReportAsync(run, "job-1");

        (await run.EndAsync()).Ok.ShouldBeTrue();
        looked.Task.IsCompleted.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(2);
        run.Backend.Cancels.ShouldBeEmpty();
        run.Chunk(0).GetProperty("job_id").GetString().ShouldBe("job-2");
        run.Results.Count.ShouldBe(2);
    }

    /// <summary>The report lies in the history when the process dies; the next one finds it there.</summary>
    [Fact]
    public async Task LostJob_ThatReportsBeforeARestart_StillWins()
    {
        var again = new Seen();
        await using var run = new RunHarness(job => job.Repetition == 0
            ? JobScript.AnswerLost(Look.Results(Answer))
            : JobScript.Of(Look.After(again.Set, Look.Running)));
        await run.StartAsync(1);
        await run.DriveAsync(again.Task);
        await ReportAsync(run, "job-1");

        await run.RestartAsync();

        (await run.EndAsync()).Ok.ShouldBeTrue();
        run.Results.ShouldBe([Answer]);
        run.Backend.Submissions.Count.ShouldBe(2);
    }

    /// <summary>Whoever has a key may raise the event with anything in it: it only means that it is time to look.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(17)]
    [InlineData(true)]
    public async Task Report_OfNoJob_IsALookAtTheOwnJob(object? payload)
    {
        var submitted = new Seen();
        await using var run = new RunHarness(_ =>
        {
            submitted.Set();
            return JobScript.Of(Look.Results(Answer));
        });
        await run.StartAsync(1);
        await submitted.Task.WaitAsync(RunHarness.Patience);

        (await run.Engine.Client.RaiseEventAsync(Names.ChunkInstance(RunHarness.RunName, 0), Names.JobEvent(1), payload)).ShouldBeTrue();

        (await run.Engine.Client.WaitForInstanceCompletionAsync(RunHarness.RunName).WaitAsync(RunHarness.Patience))
            .RuntimeStatus.ShouldBe(Durable.OrchestrationRuntimeStatus.Completed);
        run.Backend.Checks.ShouldBe(["job-1"]);
    }

    private static async Task ReportAsync(RunHarness run, string job) =>
        (await run.Engine.Client.RaiseEventAsync(Names.ChunkInstance(RunHarness.RunName, 0), Names.JobEvent(1), job)).ShouldBeTrue();
}
