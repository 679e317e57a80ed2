using System.Diagnostics;
using Serverless.Core.Jobs;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// The spans of a run. Their parent lies in the run's input, so that one trace reaches from the call that started the run to
/// its results, whatever process makes the spans. Orchestrators make none, since they are replayed. No
/// payloads, no secrets, and no texts of errors, which may quote either.
/// </summary>
internal static class RunDiagnostics
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Serverless.Core";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Whether anybody wants spans.</summary>
    public static bool IsTraced => Source.HasListeners();

    /// <summary>Begins a span of a run; null when nobody traced the call that started it.</summary>
    public static Activity? Begin(string name, RunInput run, DateTimeOffset startedAt = default)
    {
        if (!Source.HasListeners()) return null;
        if (!System.Diagnostics.ActivityContext.TryParse(run.TraceParent, null, isRemote: true, out var parent)) return null;
        return Source.StartActivity(name, ActivityKind.Internal, parent, startTime: startedAt)?.SetTag("fanout.run.id", run.RunId);
    }

    /// <summary>Begins a span of an attempt.</summary>
    public static Activity? Begin(string name, AttemptInput input, DateTimeOffset startedAt = default)
    {
        var span = Begin(name, input.Chunk.Run, startedAt);
        if (span is null) return null;
        span.SetTag("fanout.chunk", input.Chunk.Chunk).SetTag("fanout.worker", input.Chunk.Worker).SetTag("fanout.attempt", input.Attempt);
        return input.JobId is null ? span : span.SetTag("fanout.job.id", input.JobId);
    }

    /// <summary>Puts on a submission's span what came of it.</summary>
    public static void Show(Activity? span, SubmitResult result)
    {
        if (span is null) return;
        span.SetTag("fanout.job.id", result.JobId).SetTag("fanout.flashpoints", result.Flashpoints);
        if (result.ErrorKind is null) return;
        span.SetTag("error.type", Word(result.ErrorKind.Value)).SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Puts on a job's span what the look showed. The span is the whole job's, so every look but the one that shows
    /// its end is dropped.</summary>
    public static void Show(Activity? span, AttemptInput input, CheckResult look)
    {
        if (span is null) return;
        if (look.State is not { } state || !state.IsTerminal())
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        var outcome = RunInstruments.OutcomeOf(state, look.Error);
        span.SetTag("fanout.outcome", outcome).SetTag("runpod.worker.id", look.WorkerId);
        span.SetTag("fanout.job.queue_s", look.DelaySec).SetTag("fanout.job.execution_s", look.ExecutionSec);
        if (look.DelaySec is { } queued)
            span.AddEvent(new ActivityEvent("a worker took the job", input.SubmittedAt + TimeSpan.FromSeconds(queued)));
        if (outcome != "completed") span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Makes the span of a whole run that has ended.</summary>
    public static void RunEnded(RunInput run, RunState state, OrchestrationMetadata instance)
    {
        using var span = Begin("run", run, instance.CreatedAt);
        if (span is null) return;
        span.SetTag("fanout.state", state.ToString().ToLowerInvariant()).SetTag("fanout.flashpoints", run.Flashpoints);
        span.SetTag("fanout.workers", run.Workers).SetTag("fanout.generation", run.Generation);
        span.SetEndTime(instance.LastUpdatedAt.UtcDateTime);
        if (state == RunState.Failed) span.SetStatus(ActivityStatusCode.Error);
    }

    private static string Word(JobErrorKind kind) => kind switch
    {
        JobErrorKind.Transient => "transient",
        JobErrorKind.Permanent => "permanent",
        _ => "ambiguous",
    };
}
