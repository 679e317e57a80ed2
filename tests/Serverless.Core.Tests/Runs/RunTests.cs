using System.Text;
using System.Text.Json;
using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Whole runs: lanes, groups, results and report.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task Run_WhoseJobsEndInAnyOrder_GivesResultsInOrder()
    {
        await using var run = new RunHarness(job => JobScript.Of(
            [.. Enumerable.Repeat(Look.Running, 4 - job.Chunk), Look.Completed]));

        var summary = await run.RunAsync(10, input => input with { Workers = 4, ChunkSize = null });

        summary.Ok.ShouldBeTrue();
        run.Results.ShouldBe(Enumerable.Range(0, 10).Select(i => $$"""{"id":"fp-{{i}}","value":"done"}"""));
        run.Backend.Submissions.OrderBy(job => job.Chunk).Select(job => string.Join(' ', job.Ids))
            .ShouldBe(["fp-0 fp-1 fp-2", "fp-3 fp-4 fp-5", "fp-6 fp-7", "fp-8 fp-9"]);
        summary.ExecutionSec.ShouldBe(8);
    }

    [Fact]
    public async Task Run_WithoutFlashpoints_IsAnEmptySuccess()
    {
        await using var run = new RunHarness();

        var summary = await run.RunAsync(0);

        (summary.Ok, summary.Flashpoints, summary.Failed, summary.ChunkCount).ShouldBe((true, 0, 0, 0));
        run.Results.ShouldBeEmpty();
        run.Backend.Submissions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WithAFlashpointThatIsTooLarge_HasItNullWithThatReason()
    {
        await using var run = new RunHarness();
        var large = new string('x', Limits.MaxChunkBytes);

        await run.StartAsync($$"""[{"id":"fp-0"},{"id":"fp-1","title":"{{large}}"},{"id":"fp-2"}]""");
        var summary = await run.EndAsync();

        summary.Failed.ShouldBe(1);
        run.Results.ShouldBe(["""{"id":"fp-0","value":"done"}""", "null", """{"id":"fp-2","value":"done"}"""]);
        run.Failures.Keys.ShouldBe(["fp-1"]);
        run.Failures["fp-1"].ShouldStartWith("The flashpoint has ");
        run.Backend.Submissions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_WithMoreChunksThanWorkers_HasAtMostThatManyJobsInFlight()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running, Look.Completed));

        var summary = await run.RunAsync(20, input => input with { Workers = 3 });

        summary.ChunkCount.ShouldBe(20);
        run.Backend.MaxInFlight.ShouldBe(3);
        run.Backend.Submissions.Select(job => job.Worker).Distinct().Order().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Run_WithMoreThan500Chunks_SharesItsWorkersAmongGroups()
    {
        await using var run = new RunHarness();

        var summary = await run.RunAsync(502, input => input with { Workers = 50 });

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Select(job => job.Chunk).Order().ShouldBe(Enumerable.Range(0, 502));
        run.Backend.MaxInFlight.ShouldBeLessThanOrEqualTo(50);

        // Two groups of the same size have 25 lanes each.
        run.Backend.Submissions.Where(job => job.Chunk < 251).Select(job => job.Worker).Distinct().Order()
            .ShouldBe(Enumerable.Range(1, 25));
        run.Backend.Submissions.Where(job => job.Chunk >= 251).Select(job => job.Worker).Distinct().Order()
            .ShouldBe(Enumerable.Range(26, 25));
        (await ShownAsync(run)).ShouldBe(new RunProgress(502, 502, 502, 502, 0));
    }

    [Fact]
    public async Task Run_WithAChunkWhoseOrchestrationBreaks_LosesOnlyThatChunk()
    {
        await using var run = new RunHarness();
        run.Backend.Script = job => JobScript.Of(Look.After(() => Forget(run, chunk: 1), Look.Completed));

        var summary = await run.RunAsync(3);

        summary.Failed.ShouldBe(1);
        run.Results.ShouldBe(["""{"id":"fp-0","value":"done"}""", "null", """{"id":"fp-2","value":"done"}"""]);
        run.Chunk(1).GetProperty("state").GetString().ShouldBe("failed");
        run.Chunk(1).GetProperty("error").GetString()!.ShouldContain("chunks/000001/input.jsonl");
    }

    [Fact]
    public async Task Run_ByWeight_StillGivesResultsInOrder()
    {
        await using var run = new RunHarness();
        var flashpoints = Enumerable.Range(0, 9)
            .Select(i => $$"""{"id":"fp-{{i}}","feeds":[{{string.Join(',', Enumerable.Repeat("1", i + 1))}}]}""");

        await run.StartAsync(string.Join('\n', flashpoints), input => input with { Workers = 3, ChunkSize = null, ByWeight = true });
        await run.EndAsync();

        run.Results.ShouldBe(Enumerable.Range(0, 9).Select(i => $$"""{"id":"fp-{{i}}","value":"done"}"""));
    }

    /// <summary>Runs of before it was handed over have none.</summary>
    [Theory]
    [InlineData(90, """"navigation_s":1800,"model_s":90}}"""")]
    [InlineData(null, """"navigation_s":1800}}"""")]
    public async Task Run_WithATimeLimitOfTheModel_HandsItToWorkers(int? seconds, string end)
    {
        await using var run = new RunHarness();

        await run.StartAsync(
            """[{"id":"fp-1"}]""", input => input with { Timeouts = new RunTimeouts { ModelS = seconds } });
        await run.EndAsync();

        Encoding.UTF8.GetString(run.Backend.Submissions.Single().Request.Input.Span).ShouldEndWith(end);
    }

    [Fact]
    public async Task Run_Always_HandsWorkersThisInput()
    {
        await using var run = new RunHarness();

        await run.StartAsync("""[{"id":"fp-1","title":"Straße","feeds":[ "a" , {"x": 1.50} ]}]""", input => input with
        {
            Trigger = "etl_worker",
            Cleanup = false,
            ChunkSize = null,
        });
        await run.EndAsync();

        Encoding.UTF8.GetString(run.Backend.Submissions.Single().Request.Input.Span).ShouldBe(OneLine(
            """
            {"run_id":"run-1","date":"2025-01-01","trigger":"etl_worker","cleanup":false,"worker":1,"chunk":0,
            "attempt":1,"attempt_id":"run-1:0:1",
            "flashpoints":[{"id":"fp-1","title":"Straße","feeds":["a",{"x":1.50}]}],
            "timeouts":{"request_s":7200,"gpu_s":7200,"render_s":3600,"scrape_s":3600,"navigation_s":1800}}
            """));
    }

    [Fact]
    public async Task Run_Always_LeavesThisReport()
    {
        await using var run = new RunHarness(job => JobScript.Of(
            Look.Running, job.Chunk == 0 ? Look.Completed : Look.Failed("boom")));

        await run.RunAsync(2, input => input with { MaxAttempts = 1 });

        run.Text("report.json").ShouldBe(OneLine(
            """
            {"ok":false,"run_id":"run-1","date":"2025-01-01","trigger":"manual","cleanup":true,"workers":1,
            "duration_sec":12,"flashpoints":2,"failed":1,"cancelled":false,"chunk_count":2,"execution_sec":2,
            "chunks":[{"chunk":0,"worker":1,"flashpoints":1,"state":"completed","done":1,"missing":0,"attempts":1,
            "job_id":"job-1","worker_id":"w-1","delay_sec":0.5,"execution_sec":2,"total_execution_sec":2,
            "attempt_log":[{"attempt":1,"state":"completed","job_id":"job-1","flashpoints":1,
            "submitted_at":"2025-01-01T00:00:00+00:00","running_at":"2025-01-01T00:00:03+00:00",
            "ended_at":"2025-01-01T00:00:06+00:00","delay_sec":0.5,"execution_sec":2,"worker_id":"w-1"}]},
            {"chunk":1,"worker":1,"flashpoints":1,"state":"failed","done":0,"missing":1,"attempts":1,
            "job_id":"job-2","total_execution_sec":0,"error":"boom",
            "attempt_log":[{"attempt":1,"state":"failed","job_id":"job-2","flashpoints":1,
            "submitted_at":"2025-01-01T00:00:06+00:00","running_at":"2025-01-01T00:00:09+00:00",
            "ended_at":"2025-01-01T00:00:12+00:00","worker_id":"w-1","error":"boom"}]}],"unconfirmed":[],
            "failures":[{"index":1,"id":"fp-1","error":"boom"}]}
            """));
    }

    [Fact]
    public async Task Run_Always_TellsItsObserver()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Queued, Look.Running, Look.Completed));

        await run.RunAsync(1);

        run.Observer.Told.ShouldBe(
            ["0.1 Submitted job-1", "0.1 Queued job-1", "0.1 Running job-1", "fp-0", "0.1 Ended job-1", "0 Completed"]);
    }

    [Fact]
    public async Task Run_Always_KeepsFlashpointsAndResultsOutOfItsHistories()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Results("\"secret-result\"")));
        await run.StartAsync("""{"id":"fp-0","title":"secret-title","feeds":["secret-feed"]}""");
        await run.EndAsync();

        await run.StopAsync();

        var files = Directory.GetFiles(Path.GetDirectoryName(run.DatabasePath)!, "fanout.db*");
        var database = string.Concat(files.Select(file => Encoding.UTF8.GetString(File.ReadAllBytes(file))));
        database.ShouldContain("run-1:0");
        database.ShouldContain("job-1");
        database.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Run_WhoseEngineIsRestartedInTheMiddle_FindsItsJobsAgainAndSubmitsNoneTwice()
    {
        var running = new Seen();
        var mayEnd = false;
        await using var run = new RunHarness();
        run.Backend.Script = _ => JobScript.Of(
            Look.After(running.Set, job => mayEnd ? Look.Completed(job) : Look.Running(job)));
        await run.StartAsync(4, input => input with { Workers = 2 });
        await run.DriveAsync(running.Task);

        await run.RestartAsync();
        mayEnd = true;
        var summary = await run.EndAsync();

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Select(job => job.Request.AttemptId).Order()
            .ShouldBe(["run-1:0:1", "run-1:1:1", "run-1:2:1", "run-1:3:1"]);
        run.Backend.Checks.Distinct().Order().ShouldBe(["job-1", "job-2", "job-3", "job-4"]);
    }

    [Fact]
    public async Task Run_ToldOfAJobsEndByAWebhook_LooksAtOnce()
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(
            Look.After(running.Set, Look.Running), Look.Completed));
        await run.StartAsync(1, input => input with { PollSeconds = 600 });
        await run.DriveAsync(running.Task);
        var before = run.Clock.GetUtcNow();

        (await run.Engine.Client.RaiseEventAsync(Names.ChunkInstance("run-1", 0), Names.JobEvent(1), "")).ShouldBeTrue();
        await run.Engine.Client.WaitForInstanceCompletionAsync("run-1").WaitAsync(RunHarness.Patience);

        run.Clock.GetUtcNow().ShouldBe(before);
        run.Results.ShouldBe(["""{"id":"fp-0","value":"done"}"""]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("""{"job":"job-9"}""")]
    public async Task Run_ToldOfAJobsEndByWhatIsNoJobId_LooksAtOnceToo(string payload)
    {
        var running = new Seen();
        await using var run = new RunHarness(_ => JobScript.Of(
            Look.After(running.Set, Look.Running), Look.Completed));
        await run.StartAsync(1, input => input with { PollSeconds = 600 });
        await run.DriveAsync(running.Task);

        await run.Engine.Client.RaiseEventAsync(
            Names.ChunkInstance("run-1", 0), Names.JobEvent(1), JsonSerializer.Deserialize<JsonElement>(payload));
        await run.Engine.Client.WaitForInstanceCompletionAsync("run-1").WaitAsync(RunHarness.Patience);

        run.Results.ShouldBe(["""{"id":"fp-0","value":"done"}"""]);
    }

    private static string OneLine(string text) => text.ReplaceLineEndings("");

    private static async Task<RunProgress?> ShownAsync(RunHarness run) =>
        (await run.Engine.Client.GetInstanceAsync("run-1", getInputsAndOutputs: true))!
            .ReadCustomStatusAs(RunJson.Default.RunProgress);

    private static void Forget(RunHarness run, int chunk) =>
        run.Objects.DeleteAsync($"runs/run-1/chunks/{chunk:D6}/", default).IsCompletedSuccessfully.ShouldBeTrue();
}
