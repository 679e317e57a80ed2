using System.Net;
using System.Text.Json;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Looking;

public sealed class DetailTests
{
    /// <summary>One lane: the first chunk fails twice and succeeds, the next one is held, the last one waits.</summary>
    private static JobScript Script(ScriptedJob job, JobGate gate) => job switch
    {
        { Chunk: 0, Attempt: < 3 } => JobScript.Of(Look.Running, Look.Failed($"out of memory {job.Attempt}")),
        { Chunk: 0 } => JobScript.Of(Look.Completed),
        _ => gate.Script(job),
    };

    [Fact]
    public async Task Detail_OfALiveRun_ShowsItsChunksAndAttempts()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = job => Script(job, gate) });
        await host.StartAsync("live", count: 3, more: ""","workers":1""");

        var run = await UntilAsync(host, "live", chunks => chunks[1].GetProperty("state").GetString() == "running");

        run.GetProperty("state").GetString().ShouldBe("running");
        run.GetProperty("chunk_count").GetInt32().ShouldBe(3);
        run.GetProperty("done").GetInt32().ShouldBe(1);
        run.TryGetProperty("report", out _).ShouldBeFalse();
        var chunks = run.GetProperty("chunks");
        ShouldBeAttempts(chunks[0], "failed job-1 out of memory 1", "failed job-2 out of memory 2", "completed job-3 ");
        chunks[0].GetProperty("state").GetString().ShouldBe("completed");
        ShouldBeAttempts(chunks[1], "running job-4 ");
        chunks[1].GetProperty("worker").GetInt32().ShouldBe(1);
        chunks[1].GetProperty("attempts")[0].GetProperty("worker_id").GetString().ShouldBe("w-1");
        chunks[2].GetProperty("state").GetString().ShouldBe("waiting");
        chunks[2].TryGetProperty("worker", out _).ShouldBeFalse();
        chunks[2].GetProperty("attempts").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Detail_AfterARestartInTheMiddle_ShowsEverythingStill()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = job => Script(job, gate) });
        await host.StartAsync("live", count: 3, more: ""","workers":1""");
        var before = await UntilAsync(host, "live", chunks => chunks[1].GetProperty("state").GetString() == "running");

        await host.StopAsync();
        await host.StartAgainAsync();

        var after = (await host.GetAsync("/api/runs/live")).Json;
        after.GetProperty("chunks").GetRawText().ShouldBe(before.GetProperty("chunks").GetRawText());
        after.GetProperty("created_at").GetRawText().ShouldBe(before.GetProperty("created_at").GetRawText());
        gate.Open();
        await host.EndOfAsync("live");
        host.Backend.Submissions.Count.ShouldBe(5);
        var ended = (await host.GetAsync("/api/runs/live")).Json;
        ended.GetProperty("report").GetProperty("ok").GetBoolean().ShouldBeTrue();
        ended.GetProperty("chunks")[0].GetRawText().ShouldBe(before.GetProperty("chunks")[0].GetRawText());
    }

    [Fact]
    public async Task Detail_BetweenTwoAttempts_ShowsThatItRetries()
    {
        var options = new HostHarnessOptions
        {
            Clock = new ManualClock(),
            PollInterval = TimeSpan.FromSeconds(10),
            Script = _ => JobScript.Of(Look.Failed("no GPU")),
        };
        await using var host = await HostHarness.StartAsync(options);
        var clock = (ManualClock)options.Clock;
        await host.StartAsync("failing", count: 1);
        await UntilAsync(host, "failing", chunks => chunks[0].GetProperty("state").GetString() == "queued");
        await clock.WhenTimerDueBy(clock.GetUtcNow() + TimeSpan.FromSeconds(10)).WaitAsync(HostHarness.Patience);

        clock.Advance(TimeSpan.FromSeconds(10));

        var run = await UntilAsync(host, "failing", chunks => chunks[0].GetProperty("state").GetString() == "retrying");
        run.GetProperty("chunks")[0].GetProperty("error").GetString().ShouldBe("no GPU");
    }

    /// <summary>Its manifest is missing, and nothing is tried again while the clock stands still.</summary>
    [Fact]
    public async Task Detail_BeforeThePlan_HasNoChunks()
    {
        await using var host = await HostHarness.StartAsync(new() { Clock = new ManualClock() });
        var input = new Core.Runs.RunInput
        {
            RunId = "unplanned",
            Date = "2025-01-01",
            Trigger = "manual",
            Workers = 1,
            Backend = "scripted",
            Flashpoints = 4,
            ManifestSha256 = new string('0', 64),
        };
        await host.Engine.Client.ScheduleNewOrchestrationInstanceAsync(
            Core.Runs.Names.FanOut, input, new Durable.StartOrchestrationOptions { InstanceId = "unplanned" });

        var run = (await host.GetAsync("/api/runs/unplanned")).With(HttpStatusCode.OK).Json;

        run.GetProperty("flashpoints").GetInt32().ShouldBe(4);
        run.GetProperty("chunk_count").GetInt32().ShouldBe(0);
        run.GetProperty("chunks").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Detail_OfAnEndedRun_HasItsReport()
    {
        await using var host = await HostHarness.StartAsync();
        await host.StartAsync("ended", count: 2);
        await host.EndOfAsync("ended");

        var run = (await host.GetAsync("/api/runs/ended")).Json;

        run.GetProperty("state").GetString().ShouldBe("completed");
        run.GetProperty("report").GetProperty("run_id").GetString().ShouldBe("ended");
        run.GetProperty("chunks").EnumerateArray().ShouldAllBe(chunk => chunk.GetProperty("state").GetString() == "completed");
    }

    private static async Task<JsonElement> UntilAsync(HostHarness host, string id, Func<JsonElement, bool> isWanted) =>
        await Calls.UntilAsync(
            async () => (await host.GetAsync($"/api/runs/{id}")).Json,
            run => run.GetProperty("chunks") is var chunks && chunks.GetArrayLength() > 0 && isWanted(chunks));

    private static void ShouldBeAttempts(JsonElement chunk, params string[] expected) =>
        chunk.GetProperty("attempts").EnumerateArray()
            .Select(attempt => (Error: attempt.TryGetProperty("error", out var error) ? error.GetString() : "", Attempt: attempt))
            .Select(one => $"{one.Attempt.GetProperty("state")} {one.Attempt.GetProperty("job_id")} {one.Error}")
            .ShouldBe(expected);
}
