using System.Text.Json;
using Serverless.Core.Jobs;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>One attempt: submit, look at the job until it ends, end it when its time is up.</summary>
internal sealed class AttemptRun(OrchestrationContext context, AttemptInput input, AttemptJournal journal, AttemptStops stops)
{
    /// <summary>A job that has streamed everything ends soon. RunPod may show one as running for ever, when a progress
    /// update overtook its result: there is nothing to wait for then.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(60);

    /// <summary>The report of an end that is waited for; null when none is.</summary>
    private Task<JsonElement>? _webhook;

    private ChunkInput Chunk => input.Chunk;

    private TimeSpan Poll => TimeSpan.FromSeconds(Chunk.Run.PollSeconds);

    /// <summary>Which attempt this is.</summary>
    public AttemptInput Input => input;

    public async Task<AttemptEnd> RunAsync()
    {
        using var ended = new CancellationTokenSource();
        var end = await RunAsync(() => context.WaitForExternalEvent<JsonElement>(Names.JobEvent(input.Attempt), ended.Token));
        ended.Cancel();
        journal.End(input.Attempt, end);
        return end;
    }

    private async Task<AttemptEnd> RunAsync(Func<Task<JsonElement>> nextWebhook)
    {
        var submitted = await SubmitAsync(nextWebhook);
        if (submitted.JobId is not null)
        {
            var attempt = input with { JobId = submitted.JobId, SubmittedAt = submitted.SubmittedAt };
            journal.Begin(attempt, submitted.Flashpoints);
            return await WatchAsync(attempt, submitted.NextLookSeconds, nextWebhook);
        }

        if (submitted.ErrorKind is null)
        {
            // Every flashpoint had its checkpoint already: nothing was submitted, and nothing is missing.
            return ToEnd(input, await LookAsync(input), error: null);
        }

        return new AttemptEnd
        {
            Unanswered = Chunk.Flashpoints,
            Submitted = submitted.ErrorKind == JobErrorKind.Ambiguous,
            Retryable = submitted.ErrorKind != JobErrorKind.Permanent,
            Error = submitted.Error,
        };
    }

    /// <summary>Submits until the job is taken or it is clear that it will not be. When an answer was lost, its job may
    /// still report its end: then that is the attempt's job.</summary>
    private async Task<SubmitResult> SubmitAsync(Func<Task<JsonElement>> nextWebhook)
    {
        var startedAt = context.CurrentUtcDateTime;
        for (var tried = 1; ; tried++)
        {
            var result = await SubmitUnlessBlockedAsync();
            if (result.ErrorKind is null or JobErrorKind.Permanent || tried == Retries.MaxSubmissions) return result;
            if (result.ErrorKind == JobErrorKind.Ambiguous) _webhook ??= nextWebhook();
            var wait = Retries.Backoff(tried, Poll, context.NewGuid());
            await WaitAsync(wait, _webhook is null ? stops.OfSubmission : [.. stops.OfSubmission, _webhook]);
            if (_webhook is { IsCompleted: true })
            {
                var jobId = JobOf(_webhook.Result);
                _webhook = nextWebhook();
                if (jobId.Length > 0) return result with { JobId = jobId, SubmittedAt = startedAt, ErrorKind = null, Error = null };
            }

            if (stops.IsHalted) return result;
        }
    }

    /// <summary>Waits as long as the account or the key is in the way: what a person has to mend uses up no attempt.</summary>
    private async Task<SubmitResult> SubmitUnlessBlockedAsync()
    {
        for (var round = 1; ; round++)
        {
            var result = await context.CallActivityAsync<SubmitResult>(Names.SubmitChunk, input, Retries.Store);
            journal.Hold(result.ErrorKind == JobErrorKind.Blocked ? result.Error : null);
            if (result.ErrorKind != JobErrorKind.Blocked) return result;
            await WaitAsync(Retries.BetweenBlockedRounds(round), stops.OfSubmission);
            if (stops.IsHalted) return result;
        }
    }

    /// <param name="attempt">The attempt, with its job.</param>
    /// <param name="nextLook">Seconds until the first look when somebody watches the job and raises its event.</param>
    /// <param name="nextWebhook">Waits for the next such event.</param>
    private async Task<AttemptEnd> WatchAsync(AttemptInput attempt, double? nextLook, Func<Task<JsonElement>> nextWebhook)
    {
        _webhook ??= nextWebhook();
        DateTime? runningSince = null;
        DateTime? answeredSince = null;
        var permanentErrors = 0;
        while (true)
        {
            await WaitAsync(UntilNextLook(attempt, nextLook, runningSince), [.. stops.OfJob, _webhook]);
            if (_webhook.IsCompleted)
            {
                var reported = JobOf(_webhook.Result);
                _webhook = nextWebhook();
                if (await FinishByTwinAsync(attempt, reported) is { } end) return end;
            }

            if (stops.Cancel.IsCompleted) return await StopAsync(attempt, "the run was cancelled");
            if (stops.IsOver) return await StopAsync(attempt, "another attempt answered first") with { Superseded = true };

            var look = await LookAsync(attempt);
            journal.Look(input.Attempt, look);
            nextLook = look.IsAnswered ? null : look.NextLookSeconds;
            if (look.State is { } state && state.IsTerminal()) return ToEnd(attempt, look, look.Error);
            runningSince = RunningSince(runningSince, look);
            if (look.IsAnswered) answeredSince ??= context.CurrentUtcDateTime;
            if (context.CurrentUtcDateTime - answeredSince > Farewell) return await StopAsync(attempt, reason: null);
            permanentErrors = look.Permanent ? permanentErrors + 1 : 0;
            if (permanentErrors == Retries.MaxPermanentChecks)
                return await StopAsync(attempt, look.Error) with { Retryable = false };
            if (TimeIsUp(attempt, runningSince) is { } reason) return await StopAsync(attempt, reason);
        }
    }

    /// <summary>A job that was given back to a queue of our own has its whole time again with its next worker.</summary>
    private DateTime? RunningSince(DateTime? before, CheckResult look) => look.State switch
    {
        JobState.Running => before ?? context.CurrentUtcDateTime,
        JobState.Queued when Chunk.Run.QueueSeconds is not null => null,
        _ => before,
    };

    /// <summary>A webhook may tell of another job of this attempt: one whose submission was taken though its answer was
    /// lost. The first complete answer wins, and the job that is watched is cancelled.</summary>
    private async Task<AttemptEnd?> FinishByTwinAsync(AttemptInput attempt, string reported)
    {
        if (reported.Length == 0 || reported == attempt.JobId) return null;
        var twin = attempt with { JobId = reported };
        var look = await LookAsync(twin);
        if (look.State != JobState.Completed || look.Unanswered > 0) return null;
        journal.Look(input.Attempt, look);
        var beaten = await StopAsync(attempt, reason: null);
        return ToEnd(twin, look, look.Error) with { Twin = beaten.LastLook };
    }

    /// <summary>A job that is watched is left to its watch, but not beyond its time.</summary>
    private TimeSpan UntilNextLook(AttemptInput attempt, double? nextLook, DateTime? runningSince)
    {
        if (nextLook is not { } seconds) return CheckInterval.After(Waited(attempt), Poll, Expected());
        var wait = TimeSpan.FromSeconds(seconds);
        var life = JobTimes.TimeToLive(Chunk.Run) + JobTimes.Overshoot - Waited(attempt);
        var run = JobTimes.ExecutionTimeout(Chunk.Run) + JobTimes.Overshoot - (context.CurrentUtcDateTime - runningSince) ?? life;
        var time = (run < life ? run : life) + Poll;
        return time < wait ? (time > Poll ? time : Poll) : wait;
    }

    private string? TimeIsUp(AttemptInput attempt, DateTime? runningSince)
    {
        var limit = JobTimes.ExecutionTimeout(Chunk.Run);
        if (context.CurrentUtcDateTime - runningSince > limit + JobTimes.Overshoot)
            return $"timed out: a worker held the job for more than {limit.TotalSeconds:0} s (REQUEST_TIMEOUT)";
        var life = JobTimes.TimeToLive(Chunk.Run);
        return Waited(attempt) > life + JobTimes.Overshoot
            ? $"timed out: the job had not ended {life.TotalSeconds:0} s after it was submitted"
            : null;
    }

    /// <summary>Ends the job, then looks once more: it may have been done in the meantime, and paid for.</summary>
    private async Task<AttemptEnd> StopAsync(AttemptInput attempt, string? reason)
    {
        var unconfirmed = false;
        try
        {
            await context.CallActivityAsync<bool>(Names.CancelJob, attempt, Retries.Cancel);
        }
        catch (TaskFailedException e)
        {
            unconfirmed = true;
            await context.CallActivityAsync<bool>(Names.PursueCancel, attempt, Retries.Store);
            reason = $"{reason}; whether job {attempt.JobId} has been cancelled could not be confirmed, which is tried on " +
                $"(fanout jobs): {e.FailureDetails.ErrorMessage}";
        }

        return ToEnd(attempt, await LastLookAsync(attempt), reason) with { Stopped = true, CancelUnconfirmed = unconfirmed };
    }

    /// <summary>A job may be seen to go on for a while after it was cancelled. Nobody waits for it then; what the chunk
    /// has is counted all the same.</summary>
    private async Task<CheckResult> LastLookAsync(AttemptInput attempt)
    {
        var look = await LookAsync(attempt);
        if (look.State is not { } state || state.IsTerminal()) return look;
        var stored = await LookAsync(input);
        return look with { Done = stored.Done, Errors = stored.Errors, Unanswered = stored.Unanswered };
    }

    private Task<CheckResult> LookAsync(AttemptInput attempt) =>
        context.CallActivityAsync<CheckResult>(Names.CheckJob, attempt, Retries.Store);

    private static AttemptEnd ToEnd(AttemptInput attempt, CheckResult look, string? error) => new()
    {
        JobId = attempt.JobId,
        Submitted = attempt.JobId is not null,
        LastLook = look,
        Unanswered = look.Unanswered,
        Error = look.Unanswered == 0 && look.Errors == 0 ? null : error,
    };

    /// <summary>Anybody with a key may raise the event. Whatever it carries, it means: look now.</summary>
    private static string JobOf(JsonElement reported) =>
        reported.ValueKind == JsonValueKind.String ? reported.GetString()! : "";

    private TimeSpan Waited(AttemptInput attempt) => context.CurrentUtcDateTime - attempt.SubmittedAt.UtcDateTime;

    private TimeSpan? Expected() => Chunk.ExpectedSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Waits for the timer or whatever comes first, and leaves no timer open behind it.</summary>
    private async Task WaitAsync(TimeSpan delay, params Task[] others)
    {
        using var lost = new CancellationTokenSource();
        await Task.WhenAny([context.CreateTimer(delay, lost.Token), .. others]);
        lost.Cancel();
    }
}
