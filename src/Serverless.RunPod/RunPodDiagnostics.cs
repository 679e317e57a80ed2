using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Core.Jobs;
using Serverless.RunPod.Replies;

namespace Serverless.RunPod;

/// <summary>What is told about calls: how many, how long, how they ended. Never a job's payload, a key or a URL.</summary>
internal static class RunPodDiagnostics
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Serverless.RunPod";

    private const string Operation = "runpod.operation";
    private const string StatusCode = "http.response.status_code";
    private const string ErrorType = "error.type";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Calls = Meter.CreateCounter<long>(
        "runpod.calls", "{call}", "Calls of RunPod's API, each try on its own.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "runpod.call.duration", "s", "From sending a call to its answer, waits for the rate limit left out.");

    private static readonly Histogram<double> ThrottleWait = Meter.CreateHistogram<double>(
        "runpod.throttle.wait", "s", "How long a call waited here to keep under the rate limits.");

    /// <summary>Whether anybody measures.</summary>
    public static bool AreMeasured => Calls.Enabled || Duration.Enabled || ThrottleWait.Enabled;

    /// <summary>Begins a call's span, as part of what is under way. A call that belongs to nothing has none.</summary>
    public static Activity? Begin(RunPodOperation operation, string endpointId)
    {
        if (Activity.Current is null) return null;
        var span = Source.StartActivity(operation.Name(), ActivityKind.Client);
        span?.SetTag(Operation, operation.Word());
        span?.SetTag("runpod.endpoint.id", endpointId);
        return span;
    }

    /// <summary>Puts a call's end on its span.</summary>
    public static void End(Activity? span, Reply reply)
    {
        if (span is null) return;
        if (IsLookInBetween(reply)) span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        if (reply.StatusCode is { } code) span.SetTag(StatusCode, code);
        if (reply.Kind is ReplyKind.Answered or ReplyKind.JobMissing) return;
        span.SetTag(ErrorType, Word(reply.Kind));
        span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Counts a call.</summary>
    public static void Measure(RunPodOperation operation, Reply reply, TimeSpan waited, TimeSpan took)
    {
        var tags = new TagList { { Operation, operation.Word() } };
        ThrottleWait.Record(waited.TotalSeconds, tags);
        if (reply.StatusCode is { } code) tags.Add(StatusCode, code);
        if (reply.Kind is not (ReplyKind.Answered or ReplyKind.JobMissing)) tags.Add(ErrorType, Word(reply.Kind));
        Calls.Add(1, tags);
        Duration.Record(took.TotalSeconds, tags);
    }

    /// <summary>A two-hour job is looked at a hundred times, and drained as often; only the look that shows its end belongs into the
    /// trace.</summary>
    private static bool IsLookInBetween(Reply reply) => reply.Operation switch
    {
        RunPodOperation.Status => !(reply.Kind == ReplyKind.Answered && JobTable.Read(reply.Fields).State.IsTerminal()),
        RunPodOperation.Stream => true,
        _ => false,
    };

    private static string Word(ReplyKind kind) => kind switch
    {
        ReplyKind.NotSent => "not_sent",
        ReplyKind.Throttled => "throttled",
        ReplyKind.Unclear => "unclear",
        _ => "refused",
    };
}
