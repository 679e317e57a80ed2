using System.Net;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Starting;

public sealed class WaitTests
{
    [Fact]
    public async Task Wait_UntilTheEnd_GivesTheReport()
    {
        await using var host = await HostHarness.StartAsync();

        var body = Calls.RunBody("waited", 3, ""","date":"2025-03-04","trigger":"etl_worker","workers":2""");
        var answer = await host.PostAsync("/api/runs?wait=60", body);

        answer.With(HttpStatusCode.OK);
        var report = answer.Json;
        report.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "ok", "run_id", "date", "trigger", "cleanup", "workers", "duration_sec", "flashpoints", "failed", "cancelled",
            "chunk_count", "execution_sec",
        ]);
        report.GetProperty("ok").GetBoolean().ShouldBeTrue();
        report.GetProperty("run_id").GetString().ShouldBe("waited");
        report.GetProperty("date").GetString().ShouldBe("2025-03-04");
        report.GetProperty("trigger").GetString().ShouldBe("etl_worker");
        report.GetProperty("cleanup").GetBoolean().ShouldBeTrue();
        report.GetProperty("workers").GetInt32().ShouldBe(2);
        report.GetProperty("duration_sec").GetDouble().ShouldBeGreaterThan(0);
        report.GetProperty("flashpoints").GetInt32().ShouldBe(3);
        report.GetProperty("failed").GetInt32().ShouldBe(0);
        report.GetProperty("chunk_count").GetInt32().ShouldBe(3);
        report.GetProperty("execution_sec").GetDouble().ShouldBe(6);
    }

    [Fact]
    public async Task Wait_ForARunWithNulls_SaysThatItIsNotOk()
    {
        await using var host = await HostHarness.StartAsync(new() { Script = _ => JobScript.Of(Look.Results("null")) });

        var answer = (await host.PostAsync("/api/runs?wait=60", Calls.RunBody("nulls", 2))).With(HttpStatusCode.OK);

        answer.Json.GetProperty("ok").GetBoolean().ShouldBeFalse();
        answer.Json.GetProperty("failed").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Wait_ForARunThatRan_GivesItsReport()
    {
        await using var host = await HostHarness.StartAsync();
        var first = (await host.PostAsync("/api/runs?wait=60", Calls.RunBody("twice", 1))).With(HttpStatusCode.OK);

        var second = (await host.PostAsync("/api/runs?wait=60", Calls.RunBody("twice", 1))).With(HttpStatusCode.OK);

        second.Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task Wait_UntilTimeIsUp_GivesTheLinksAndTheRunGoesOn()
    {
        var clock = new ManualClock();
        var gate = new JobGate();
        var options = new HostHarnessOptions { Clock = clock, Script = gate.Script, PollInterval = TimeSpan.FromMinutes(1) };
        await using var host = await HostHarness.StartAsync(options);

        var waiting = host.PostAsync("/api/runs?wait=10", Calls.RunBody("slow", 1));
        await clock.WhenTimerDueBy(clock.GetUtcNow() + TimeSpan.FromSeconds(10)).WaitAsync(HostHarness.Patience);
        waiting.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(10));

        var answer = (await waiting).With(HttpStatusCode.Accepted);
        answer.Json.GetProperty("id").GetString().ShouldBe("slow");
        (await host.GetAsync("/api/runs/slow")).Json.TryGetProperty("ended_at", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Wait_WhileTheHostStops_GivesTheLinksAtOnce()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        var waiting = host.PostAsync("/api/runs?wait=600", Calls.RunBody("stopped", 1));
        await gate.Seen;

        var stopping = host.StopAsync();

        (await waiting).With(HttpStatusCode.Accepted);
        await stopping;
    }

    [Fact]
    public async Task Wait_OfZero_IsNoWait()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });

        (await host.PostAsync("/api/runs?wait=0", Calls.RunBody("at-once", 1))).With(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Wait_ForARunThatIsCancelled_GivesItsReport()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        var waiting = host.PostAsync("/api/runs?wait=60", Calls.RunBody("cancelled", 1));
        await gate.Seen;

        (await host.PostAsync("/api/runs/cancelled/cancel")).With(HttpStatusCode.Accepted);

        var report = (await waiting).With(HttpStatusCode.OK).Json;
        report.GetProperty("cancelled").GetBoolean().ShouldBeTrue();
        report.GetProperty("ok").GetBoolean().ShouldBeFalse();
    }
}
