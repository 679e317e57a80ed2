using System.Diagnostics;
using Serverless.Core.Runs;
using Serverless.TestKit;
using Serverless.TestKit.Diagnostics;

namespace Serverless.Core.Tests.Runs;

[Collection(Measurements.Alone)]
public sealed class RunDiagnosticsTests
{
    private static readonly ActivityContext Caller = new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    private static string TraceParent => $"00-{Caller.TraceId}-{Caller.SpanId}-01";

    [Fact]
    public async Task Run_WithAFailingChunk_IsCountedByStateAndOutcome()
    {
        using var measured = new Measurements(RunDiagnostics.Name);
        await using var run = new RunHarness(
            job => job.Chunk == 1 ? JobScript.Of(Look.Failed("bad")) : JobScript.Of(Look.Running, Look.Completed));

        await run.RunAsync(3, input => input with { MaxAttempts = 2 });

        measured.Of("fanout.runs.started").ShouldBe([("", 1)]);
        measured.Of("fanout.runs.ended").ShouldBe([("fanout.state=completed", 1)]);
        measured.Of("fanout.run.duration").ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0);
        measured.Of("fanout.chunks.ended").Order().ShouldBe(
            [("fanout.state=completed", 1), ("fanout.state=completed", 1), ("fanout.state=failed", 1)]);
        measured.Of("fanout.attempts.ended").Order().ShouldBe(
        [
            ("fanout.outcome=completed", 1), ("fanout.outcome=completed", 1), ("fanout.outcome=failed", 1), ("fanout.outcome=failed", 1),
        ]);
        measured.Of("fanout.flashpoints.ended").Where(one => one.Tags == "fanout.state=done").Sum(one => one.Value).ShouldBe(2);
        measured.Of("fanout.flashpoints.ended").Where(one => one.Tags == "fanout.state=null").Sum(one => one.Value).ShouldBe(1);
        measured.Of("fanout.job.execution.duration").Count(one => one.Tags == "fanout.outcome=completed").ShouldBe(2);
    }

    [Fact]
    public async Task Run_ThatSomebodyTraced_IsOneTraceWithASpanForEachJob()
    {
        using var spans = new Spans(Caller.TraceId);
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running, Look.Running, Look.Completed));

        await run.RunAsync(2, input => input with { TraceParent = TraceParent });

        spans.Ended.ShouldAllBe(span => span.ParentSpanId == Caller.SpanId);
        spans.Ended.ShouldAllBe(span => (string?)span.GetTagItem("fanout.run.id") == RunHarness.RunName);
        spans.Ended.Select(span => span.DisplayName).Order().ShouldBe(
            ["aggregate results", "job", "job", "plan run", "run", "submit chunk", "submit chunk"]);
        var submissions = spans.Of("submit chunk").ToDictionary(span => span.GetTagItem("fanout.job.id")!);
        foreach (var job in spans.Of("job"))
        {
            var submission = submissions[job.GetTagItem("fanout.job.id")!];
            job.GetTagItem("fanout.chunk").ShouldBe(submission.GetTagItem("fanout.chunk"));
            job.GetTagItem("fanout.outcome").ShouldBe("completed");
        }
    }

    [Fact]
    public async Task Run_ThatNobodyTraced_HasNoSpans()
    {
        using var spans = new Spans(default);
        await using var run = new RunHarness();

        await run.RunAsync(2);

        spans.Ended.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WhoseCallerDoesNotSample_HasNoSpans()
    {
        using var spans = new Spans(Caller.TraceId);
        using var sampler = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RunDiagnostics.Name,
            Sample = static (ref options) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(sampler);
        await using var run = new RunHarness();

        await run.RunAsync(1, input => input with { TraceParent = $"00-{ActivityTraceId.CreateRandom()}-{Caller.SpanId}-00" });

        spans.Ended.ShouldBeEmpty();
    }
}
