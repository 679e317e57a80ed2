using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.Core.Storage;
using Serverless.Core.Watching;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Hands a chunk's unanswered flashpoints over as a job.</summary>
internal sealed class SubmitChunkActivity(RunEnvironment environment, ILogger log) : Activity<AttemptInput, SubmitResult>
{
    private readonly SharedFlashpoints _shared = new(environment, log);

    public override async Task<SubmitResult> RunAsync(ActivityContext context, AttemptInput input)
    {
        using var scope = RunLog.Begin(log, input);
        using var span = RunDiagnostics.Begin("submit chunk", input);
        var result = await SubmitMissingAsync(input, context.CancellationToken);
        RunDiagnostics.Show(span, result);
        return result;
    }

    private async Task<SubmitResult> SubmitMissingAsync(AttemptInput input, CancellationToken cancellationToken)
    {
        var run = input.Chunk.Run;
        var entries = await GivenFlashpoints.ReadAsync(environment.StoreOf(run.RunId), input, cancellationToken);
        if (entries.Count == 0) return new SubmitResult();
        try
        {
            return await SubmitAsync(input, entries, cancellationToken);
        }
        catch (JobBackendException e)
        {
            if (e.Kind == JobErrorKind.Blocked) RunLog.Held(log, run.RunId, input.Chunk.Chunk, e.Message);
            else RunLog.SubmitFailed(log, run.RunId, input.Chunk.Chunk, input.Attempt, e.Kind, e.Message);
            Notify(input, entries.Count, jobId: null, e.Message);
            return new SubmitResult { Flashpoints = entries.Count, ErrorKind = e.Kind, Error = e.Message };
        }
    }

    private async Task<SubmitResult> SubmitAsync(
        AttemptInput input, List<ChunkEntry> entries, CancellationToken cancellationToken)
    {
        var run = input.Chunk.Run;
        var backend = environment.Backends(run.Backend);
        var shared = backend.TakesLargeInputs ? null : await _shared.ShareIfLargeAsync(input, entries, cancellationToken);
        var request = new JobRequest
        {
            AttemptId = JobInput.AttemptId(input),
            BeganAt = input.BeganAt,
            UsedAttempts = input.Used,
            MaxAttempts = run.MaxAttempts,
            Input = JobInput.Write(input, entries, shared),
            ExecutionTimeout = JobTimes.ExecutionTimeout(run),
            TimeToLive = JobTimes.TimeToLive(run),
            Webhook = environment.Webhook(input),
        };
        if (backend.HasOnDemand) request = request with { OnDemand = shared is not null || OnDemandRule.IsDue(input, entries) };
        RunLog.WorkerStarting(log, input.Chunk.Worker, entries.Count);
        var job = await backend.SubmitAsync(request, cancellationToken);

        // After the call, which may have stood in line for RunPod's pace: the job's times count from when it was taken.
        var submittedAt = environment.Time.GetUtcNow();
        RunLog.JobSubmitted(log, run.RunId, input.Chunk.Chunk, input.Attempt, job.Value, entries.Count);
        Notify(input, entries.Count, job.Value, error: null);
        return new SubmitResult
        {
            JobId = job.Value,
            SubmittedAt = submittedAt,
            Flashpoints = entries.Count,
            NextLookSeconds = Watched(input with { JobId = job.Value, SubmittedAt = submittedAt }, request.Webhook),
        };
    }

    private double? Watched(AttemptInput attempt, Uri? webhook)
    {
        environment.Watch?.Follow(attempt, reportsItself: webhook is not null);
        return environment.Watch is null && webhook is null ? null : LookTimes.Backstop.TotalSeconds;
    }

    private void Notify(AttemptInput input, int flashpoints, string? jobId, string? error) =>
        environment.Observer.OnAttempt(new AttemptNotice
        {
            RunId = input.Chunk.Run.RunId,
            Chunk = input.Chunk.Chunk,
            Worker = input.Chunk.Worker,
            Attempt = input.Attempt,
            Phase = AttemptPhase.Submitted,
            Flashpoints = flashpoints,
            JobId = jobId,
            Error = error,
        });
}
