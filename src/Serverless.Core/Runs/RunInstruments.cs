using System.Diagnostics.Metrics;
using Serverless.Core.Jobs;

namespace Serverless.Core.Runs;

/// <summary>What is counted and timed of runs. Told by activities, so a thing that a crash interrupted may count twice.</summary>
internal static class RunInstruments
{
    private const string State = "fanout.state";
    private const string Outcome = "fanout.outcome";

    /// <summary>From seconds to the two hours that a job may take.</summary>
    private static readonly InstrumentAdvice<double> Long = new()
    {
        HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400],
    };

    private static readonly Meter Meter = new(RunDiagnostics.Name);

    private static readonly Counter<long> Started = Meter.CreateCounter<long>(
        "fanout.runs.started", "{run}", "Runs that were started, retries included.");

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram(
        "fanout.run.duration", "s", "From a run's start to its end, by how it ended.", advice: Long);

    private static readonly Counter<long> Ended = Meter.CreateCounter<long>(
        "fanout.runs.ended", "{run}", "Runs that have ended, by how.");

    private static readonly Counter<long> ChunksEnded = Meter.CreateCounter<long>(
        "fanout.chunks.ended", "{chunk}", "Chunks that have ended, by how.");

    private static readonly Counter<long> FlashpointsEnded = Meter.CreateCounter<long>(
        "fanout.flashpoints.ended", "{flashpoint}", "Flashpoints of ended chunks, by whether they have a result.");

    private static readonly Counter<long> AttemptsEnded = Meter.CreateCounter<long>(
        "fanout.attempts.ended", "{attempt}", "Attempts that have ended, by what came of them.");

    private static readonly Histogram<double> QueueDuration = Meter.CreateHistogram(
        "fanout.job.queue.duration", "s", "How long a job waited for a worker, as RunPod says.", advice: Long);

    private static readonly Histogram<double> ExecutionDuration = Meter.CreateHistogram(
        "fanout.job.execution.duration", "s", "How long a worker held a job, as RunPod says.", advice: Long);

    /// <summary>Whether anybody wants to know how runs end.</summary>
    public static bool AreEndsMeasured => Ended.Enabled || RunDuration.Enabled;

    public static void RunStarted() => Started.Add(1);

    public static void RunEnded(RunState state, TimeSpan took)
    {
        var tag = new KeyValuePair<string, object?>(State, Word(state));
        Ended.Add(1, tag);
        RunDuration.Record(took.TotalSeconds, tag);
    }

    /// <summary>A job was seen to have ended.</summary>
    public static void JobEnded(CheckResult look)
    {
        var tag = new KeyValuePair<string, object?>(Outcome, OutcomeOf(look.State, look.Error));
        AttemptsEnded.Add(1, tag);
        if (look.DelaySec is { } queued) QueueDuration.Record(queued, tag);
        if (look.ExecutionSec is { } held) ExecutionDuration.Record(held, tag);
    }

    /// <summary>A chunk has ended. Attempts whose job was never seen to end count now.</summary>
    public static void ChunkEnded(ChunkOutcome outcome)
    {
        if (ChunksEnded.Enabled) ChunksEnded.Add(1, new KeyValuePair<string, object?>(State, Word(outcome.State)));
        FlashpointsEnded.Add(outcome.Done, new KeyValuePair<string, object?>(State, "done"));
        FlashpointsEnded.Add(outcome.Missing, new KeyValuePair<string, object?>(State, "null"));
        foreach (var attempt in outcome.AttemptLog)
        {
            if (attempt.State is { } state && state.IsTerminal()) continue;
            var word = attempt.JobId is null ? "not_submitted" : "given_up";
            AttemptsEnded.Add(1, new KeyValuePair<string, object?>(Outcome, word));
        }
    }

    /// <summary>How an attempt ended, in the words of the metrics and traces.</summary>
    public static string OutcomeOf(JobState? state, string? error) => state switch
    {
        JobState.Completed => error is null ? "completed" : "incomplete",
        JobState.Failed => "failed",
        JobState.TimedOut => "timed_out",
        JobState.Cancelled => "cancelled",
        JobState.Lost => "lost",
        _ => "unknown",
    };

    private static string Word(RunState state) => state switch
    {
        RunState.Completed => "completed",
        RunState.Cancelled => "cancelled",
        _ => "failed",
    };

    private static string Word(ChunkState state) => state switch
    {
        ChunkState.Completed => "completed",
        ChunkState.Cancelled => "cancelled",
        _ => "failed",
    };
}
