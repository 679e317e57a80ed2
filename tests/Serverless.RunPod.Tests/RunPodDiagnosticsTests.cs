using System.Diagnostics;
using Serverless.RunPod.Tests.Harness;
using Serverless.TestKit.Diagnostics;

namespace Serverless.RunPod.Tests;

[Collection(Measurements.Alone)]
public sealed class RunPodDiagnosticsTests
{
    [Fact]
    public async Task Calls_EachTry_AreCountedByOperationAndStatus()
    {
        using var measured = new Measurements(RunPodDiagnostics.Name);
        await using var gateway = await Gateway.StartAsync(
            Answers.Html(502), Answers.Reset(), Answers.Json("""{"status":"COMPLETED","output":1}"""));

        await gateway.Clock.ResultAsync(gateway.CheckAsync());

        measured.Of("runpod.calls").Select(call => call.Tags).ShouldBe(
        [
            "runpod.operation=status http.response.status_code=502 error.type=unclear",
            "runpod.operation=status error.type=unclear",
            "runpod.operation=status http.response.status_code=200",
        ]);
        measured.Of("runpod.call.duration").Count.ShouldBe(3);
        measured.Of("runpod.throttle.wait").ShouldAllBe(wait => wait.Value == 0 && wait.Tags == "runpod.operation=status");
    }

    [Fact]
    public async Task Span_OfALook_IsKeptOnlyWhenItShowsTheEnd()
    {
        using var parent = new Activity("test").Start();
        parent.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        using var spans = new Spans(parent.TraceId);
        await using var gateway = await Gateway.StartAsync(
            Answers.Json("""{"status":"IN_PROGRESS"}"""), Answers.Json("""{"status":"COMPLETED","output":1}"""));

        await gateway.Clock.ResultAsync(gateway.CheckAsync());
        spans.Ended.ShouldBeEmpty();
        await gateway.Clock.ResultAsync(gateway.CheckAsync());

        var span = spans.Ended.ShouldHaveSingleItem();
        (span.DisplayName, span.Kind, span.ParentSpanId).ShouldBe(("GET /status", ActivityKind.Client, parent.SpanId));
        span.GetTagItem("http.response.status_code").ShouldBe(200);
    }

    [Fact]
    public async Task Span_OfADrain_IsNotKept()
    {
        using var parent = new Activity("test").Start();
        parent.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        using var spans = new Spans(parent.TraceId);
        await using var gateway = await Gateway.StartAsync(Answers.Json("""{"status":"IN_PROGRESS","stream":[{"output":1}]}"""));

        (await gateway.Backend.DrainAsync(gateway.OldJob, CancellationToken.None)).ShouldHaveSingleItem();

        spans.Ended.ShouldBeEmpty();
    }
}
