using System.Net;

namespace Serverless.EndToEnd.Tests.Telemetry;

/// <summary>What a collector gets to see of a run that outlives a process.</summary>
public sealed class ExportTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";

    [Fact]
    public async Task Run_AcrossAKill_IsOneTraceFromTheCallToTheResults()
    {
        using var place = new Workplace();
        var handler = new HeldHandler();
        await using var endpoint = await RemoteEndpoint.StartAsync(handler: handler);
        await using var collector = await Collector.StartAsync();
        using (var first = await Served.StartAsync(place, [.. endpoint.Environment, .. collector.Environment]))
        {
            using var answer = await first.PostRunAsync(place.Flashpoints, "r", traceParent: $"00-{Trace}-{Caller}-01");
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, first.Process.Errors);
            await handler.Held;
            await collector.WhenAsync(c => c.Spans.Count(span => span.Name == "submit chunk") == 4, "four submissions");
            await collector.WhenAsync(c => c.Spans.Any(span => span.Name == "POST /api/runs"), "the call");
            await first.WhenAsync(
                "/api/runs/r",
                run => run.GetProperty("chunks").EnumerateArray().Count(chunk => chunk.GetProperty("attempts").GetArrayLength() > 0) == 4);
            first.Process.KillHard();
            await first.Process.ExitAsync();
        }

        handler.Open();
        using var second = await Served.StartAsync(place, [.. endpoint.Environment, .. collector.Environment]);
        await collector.WhenAsync(c => c.Spans.Any(span => span.Name == "run"), "the run's end");

        var spans = collector.Spans.Where(span => span.TraceId == Trace).ToList();
        var call = spans.Single(span => span.Name == "POST /api/runs");
        call.ParentId.ShouldBe(Caller);
        call.Service.ShouldBe("fanout");
        spans.Count(span => span.Name == "plan run").ShouldBe(1);
        spans.Count(span => span.Name == "submit chunk").ShouldBe(4, string.Join("\n", spans));
        spans.Count(span => span.Name == "aggregate results").ShouldBe(1);
        var jobs = spans.Where(span => span.Name == "job").ToList();
        jobs.Count.ShouldBe(4, "only the look that shows the end is a span");
        jobs.Select(job => job.Tags["fanout.chunk"]).Order().ShouldBe(["0", "1", "2", "3"]);
        jobs.ShouldAllBe(job => job.Tags["fanout.outcome"] == "completed");
        jobs.ShouldAllBe(job => job.Tags["fanout.run.id"] == "r" && job.Tags["fanout.attempt"] == "1");
        spans.Where(span => span.Scope == "Serverless.Core").ShouldAllBe(span => span.ParentId == call.Id);
        spans.Single(span => span.Name == "run").Duration.ShouldBeGreaterThanOrEqualTo(jobs.Max(job => job.Duration));
        var ids = spans.Select(span => span.Id).Append(Caller).ToHashSet();
        spans.ShouldAllBe(span => ids.Contains(span.ParentId));
        spans.Where(span => span.Scope == "Serverless.RunPod").Select(span => span.Name).Distinct().Order()
            .ShouldBe(["GET /status", "POST /run"]);
    }

    [Fact]
    public async Task Call_ThatIsNotSampled_LeavesNoSpanOfItsRun()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync();
        await using var collector = await Collector.StartAsync();
        using var served = await Served.StartAsync(place, [.. endpoint.Environment, .. collector.Environment]);

        using var unsampled = await served.PostRunAsync(place.Flashpoints, "r", "?wait=600", $"00-{Trace}-{Caller}-00");
        using var sampled = await served.PostRunAsync(place.Flashpoints, "s", "?wait=600", $"00-{Trace}-{Caller}-01");

        await collector.WhenAsync(c => c.Spans.Any(span => span.Name == "run"), "the sampled run's end");
        unsampled.StatusCode.ShouldBe(HttpStatusCode.OK);
        collector.Spans.Where(span => span.Tags.ContainsKey("fanout.run.id")).ShouldAllBe(span => span.Tags["fanout.run.id"] == "s");
    }

    [Fact]
    public async Task Metrics_OfARun_HaveTheirNamesAndUnits()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync();
        await using var collector = await Collector.StartAsync();
        using var served = await Served.StartAsync(place, [.. endpoint.Environment, .. collector.Environment]);

        using var answer = await served.PostRunAsync(place.Flashpoints, "r", "?wait=600");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, served.Process.Errors);
        // The last that a run's end is measured with.
        await collector.WhenAsync(c => c.Metrics.Any(metric => metric.Name == "fanout.run.duration"), "fanout.run.duration");
        await collector.WhenAsync(c => c.Metrics.Any(metric => metric.Name == "http.server.request.duration"), "ASP.NET's");
        collector.Metrics.Where(metric => metric.Scope.StartsWith("Serverless.", StringComparison.Ordinal))
            .Select(metric => $"{metric.Scope} {metric.Name} {metric.Unit}").Distinct().Order(StringComparer.Ordinal).ShouldBe(
            [
                "Serverless.Core fanout.attempts.ended {attempt}",
                "Serverless.Core fanout.chunks.ended {chunk}",
                "Serverless.Core fanout.flashpoints.ended {flashpoint}",
                "Serverless.Core fanout.job.execution.duration s",
                "Serverless.Core fanout.job.queue.duration s",
                "Serverless.Core fanout.run.duration s",
                "Serverless.Core fanout.runs.ended {run}",
                "Serverless.Core fanout.runs.started {run}",
                "Serverless.Engine durable.activities.running {activity}",
                "Serverless.Engine durable.activities.waiting {activity}",
                "Serverless.Engine durable.commit.duration s",
                "Serverless.Engine durable.commit.writes {write}",
                "Serverless.Engine durable.instances.loaded {instance}",
                "Serverless.Engine durable.writes.queued {write}",
                "Serverless.RunPod runpod.call.duration s",
                "Serverless.RunPod runpod.calls {call}",
                "Serverless.RunPod runpod.throttle.wait s",
            ]);
        var ended = collector.Metrics.Last(metric => metric.Name == "fanout.runs.ended");
        ended.Tags.ShouldHaveSingleItem()["fanout.state"].ShouldBe("completed");
        var calls = collector.Metrics.Last(metric => metric.Name == "runpod.calls").Tags;
        calls.ShouldContain(tags => tags["runpod.operation"] == "run" && tags["http.response.status_code"] == "200");
        calls.ShouldContain(tags => tags["runpod.operation"] == "status" && tags["http.response.status_code"] == "200");
    }

    [Fact]
    public async Task Logs_OfARun_SayWhichRunAndTrace()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync();
        await using var collector = await Collector.StartAsync();
        using var served = await Served.StartAsync(place, [.. endpoint.Environment, .. collector.Environment, ("LOG_LEVEL", "DEBUG")]);

        using var answer = await served.PostRunAsync(place.Flashpoints, "r", "?wait=600", $"00-{Trace}-{Caller}-01");

        const string Line = "Worker 1 completed all 3 flashpoints";
        await collector.WhenAsync(c => c.Logs.Any(log => log.Says(Line)), Line);
        var taken = collector.Logs.First(log => log.Says("was taken by RunPod"));
        (taken.Fields["RunId"], taken.Fields["Attempt"], taken.TraceId).ShouldBe(("r", "1", Trace));
    }

    [Fact]
    public async Task Export_ToACollectorThatIsNotThere_HindersNothing()
    {
        using var place = new Workplace();
        await using var endpoint = await RemoteEndpoint.StartAsync();
        using var served = await Served.StartAsync(
            place,
            [
                .. endpoint.Environment, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ]);

        using var answer = await served.PostRunAsync(place.Flashpoints, "r", "?wait=600");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, served.Process.Errors);
        served.Process.Terminate();
        (await served.Process.ExitAsync()).ShouldBe(0, served.Process.Errors);
    }
}
