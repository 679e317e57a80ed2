using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.Core.Results;
using Serverless.Core.Storage;
using Serverless.Core.Watching;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// Looks at a job once. If it has completed, its results are in the store before this activity's result is in the
/// history, so that a crash at any point loses nothing that was paid for.
/// </summary>
internal sealed class CheckJobActivity(RunEnvironment environment, ILogger log) : Activity<AttemptInput, CheckResult>
{
    private readonly StreamedResults _streams = new(environment, log);

    public override async Task<CheckResult> RunAsync(ActivityContext context, AttemptInput input)
    {
        using var scope = RunLog.Begin(log, input);
        var store = environment.StoreOf(input.Chunk.Run.RunId);
        var (look, streamed) = input.JobId is null
            ? (new CheckResult(), 0)
            : await TracedLookAsync(input, store, context.CancellationToken);
        if (streamed == 0 && look.State is { } state && !state.IsTerminal()) return look;
        var tally = await store.TallyAsync(input.Chunk.Chunk, input.Span, context.CancellationToken);
        if (look.State == JobState.Completed && tally is { Unanswered: 0, Errors: 0 })
            RunLog.WorkerCompletedAll(log, input.Chunk.Worker, input.Chunk.Flashpoints);
        return look with
        {
            Done = tally.Done,
            Errors = tally.Errors,
            Unanswered = tally.Unanswered,
            SplitAt = tally.Unanswered < 2 ? null : tally.Open[tally.Unanswered / 2],
        };
    }

    private async Task<(CheckResult Look, int Streamed)> TracedLookAsync(
        AttemptInput input, RunStore store, CancellationToken cancellationToken)
    {
        using var span = RunDiagnostics.Begin("job", input, input.SubmittedAt);
        var (look, streamed) = await LookAsync(input, store, cancellationToken);
        RunDiagnostics.Show(span, input, look);
        if (look.State is { } state && state.IsTerminal()) RunInstruments.JobEnded(look);
        return (look, streamed);
    }

    private async Task<(CheckResult Look, int Streamed)> LookAsync(
        AttemptInput input, RunStore store, CancellationToken cancellationToken)
    {
        JobSnapshot job;
        try
        {
            job = environment.Watch?.TakeSeen(input) ?? await AskAsync(input, cancellationToken);
        }
        catch (JobBackendException e)
        {
            RunLog.CheckFailed(log, input.JobId!, e.Kind, e.Message);
            var held = e.Kind == JobErrorKind.Blocked ? e.Message : null;
            return (new CheckResult { Error = e.Message, Permanent = e.Kind == JobErrorKind.Permanent, Held = held }, 0);
        }

        var streamed = await _streams.DrainAsync(input, store, job, cancellationToken);
        string? error;
        try
        {
            error = job.State == JobState.Completed ? await StoreAsync(input, store, job, cancellationToken) : InWords(job);
        }
        catch (ReferenceUnavailableException e)
        {
            // The job is done and paid for: its output is asked for again as long as RunPod tells where it is.
            RunLog.CheckFailed(log, input.JobId!, JobErrorKind.Transient, e.Message);
            return (new CheckResult { Error = e.Message, NextLookSeconds = ReferencedOutput.RetrySeconds }, streamed);
        }

        Notify(input, job.State, error);
        var look = new CheckResult
        {
            State = job.State,
            DelaySec = job.DelayTime?.TotalSeconds,
            ExecutionSec = job.ExecutionTime?.TotalSeconds,
            WorkerId = job.WorkerId,
            Error = error,
            Fault = job.Fault,
            Tries = job.Attempts,
            Held = await WhyHeldAsync(input, job.State, cancellationToken),
            NextLookSeconds = NextLook(input, job.State),
        };
        return (look, streamed);
    }

    private async Task<JobSnapshot> AskAsync(AttemptInput input, CancellationToken cancellationToken)
    {
        var job = await environment.Backends(input.Chunk.Run.Backend).CheckAsync(input.ToJob(), cancellationToken);
        environment.Watch?.OnSeen(input, job);
        return job;
    }

    private async Task<string?> WhyHeldAsync(AttemptInput input, JobState state, CancellationToken cancellationToken)
    {
        if (state != JobState.Queued) return null;
        return environment.Watch is { } watch
            ? watch.WhyHeld(input)
            : await environment.Queues.WhyHeldAsync(
                environment.Backends(input.Chunk.Run.Backend), input.SubmittedAt, cancellationToken);
    }

    /// <summary>The watch tells of every change, and a webhook of the end. Parts of an output are fetched by timer.</summary>
    private double? NextLook(AttemptInput input, JobState state)
    {
        var reportsItself = environment.Webhook(input) is not null;
        var watch = environment.Watch;
        if (watch is null && !reportsItself) return null;
        if (state.IsTerminal())
        {
            watch?.Forget(input);
            return null;
        }

        watch?.Follow(input, reportsItself);
        var routine = LookTimes.Routine(watch?.Count ?? 0).TotalSeconds;
        if (state != JobState.Running) return LookTimes.Backstop.TotalSeconds;
        if (!_streams.MayStream(input))
        {
            // Where nobody watches, a look is not cheap: two messages and a timer.
            return watch is not null && _streams.MayStreamLater(input)
                ? Math.Max(60, routine)
                : LookTimes.Backstop.TotalSeconds;
        }

        var shortest = TimeSpan.FromSeconds(input.Chunk.Run.PollSeconds);
        var drain = CheckInterval.After(environment.Time.GetUtcNow() - input.SubmittedAt, shortest, expected: null);
        return Math.Max(drain.TotalSeconds, routine);
    }

    private async Task<string?> StoreAsync(
        AttemptInput input, RunStore store, JobSnapshot job, CancellationToken cancellationToken)
    {
        var chunk = input.Chunk;
        var given = await GivenFlashpoints.ReadAsync(store, input, cancellationToken);
        var (output, unfetched) = await ReferencedOutput.ResolveAsync(job.Output ?? default, environment.References, cancellationToken);
        if (unfetched is not null) return $"the job completed without a usable output: {unfetched}";
        var match = JobOutput.Match(output, given);
        if (!match.IsUsable) return $"the job completed without a usable output: {match.Unusable}";
        var news = await StreamedResults.NewOnesAsync(input, store, match.Checkpoints, cancellationToken);
        await store.SaveFurtherAsync(chunk.Chunk, input.Attempt, news, cancellationToken);
        _streams.Tell(input, news);
        return match.Missing.Count == 0
            ? null
            : $"the output lacks {match.Missing.Count} of {given.Count} flashpoints";
    }

    private static string? InWords(JobSnapshot job) => job.State switch
    {
        JobState.Failed => job.Error ?? "the job failed without saying why",
        JobState.TimedOut => job.Error ?? "the job timed out",
        JobState.Cancelled => "the job was cancelled",
        JobState.Lost => job.Error ?? "the job is not known any more; its result, if there was one, is gone",
        _ => null,
    };

    private void Notify(AttemptInput input, JobState state, string? error) =>
        environment.Observer.OnAttempt(new AttemptNotice
        {
            RunId = input.Chunk.Run.RunId,
            Chunk = input.Chunk.Chunk,
            Worker = input.Chunk.Worker,
            Attempt = input.Attempt,
            Phase = state switch
            {
                JobState.Queued => AttemptPhase.Queued,
                JobState.Running => AttemptPhase.Running,
                _ => AttemptPhase.Ended,
            },
            Flashpoints = input.Chunk.Flashpoints,
            JobId = input.JobId,
            Error = error,
        });
}
