using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Ends a job.</summary>
internal sealed class CancelJobActivity(RunEnvironment environment, ILogger log) : Activity<AttemptInput, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, AttemptInput input)
    {
        environment.Watch?.Forget(input);
        using var scope = RunLog.Begin(log, input);
        using var span = RunDiagnostics.Begin("cancel job", input);
        await environment.Backends(input.Chunk.Run.Backend).CancelAsync(input.ToJob(), context.CancellationToken);
        return true;
    }
}

/// <summary>Stores how a chunk went, and why what is missing is missing.</summary>
internal sealed class RecordChunkActivity(RunEnvironment environment, ILogger log) : Activity<RecordInput, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, RecordInput input)
    {
        using var scope = RunLog.Begin(log, input.RunId, input.Outcome.Chunk);
        var store = environment.StoreOf(input.RunId);
        var outcome = input.Outcome;
        if (outcome.State != ChunkState.Completed)
        {
            var reason = outcome.Error ?? (outcome.State == ChunkState.Cancelled ? "the run was cancelled" : "no attempt succeeded");
            await StoreReasonAsync(store, outcome.Chunk, reason, context.CancellationToken);
            RunLog.ChunkFailed(log, input.RunId, outcome.Chunk, outcome.State, outcome.Missing, outcome.Attempts, reason);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(outcome, RunJson.Default.ChunkOutcome);
        await store.WriteOutcomeAsync(outcome.Chunk, json, context.CancellationToken);
        RunInstruments.ChunkEnded(outcome);
        environment.Observer.OnChunkEnded(input.RunId, outcome);
        return true;
    }

    private async Task StoreReasonAsync(RunStore store, int chunk, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await store.FailMissingAsync(chunk, reason, cancellationToken);
        }
        catch (RunStoreException e)
        {
            // What the chunk was is gone or damaged. That costs the chunk; the reason is still in its outcome.
            RunLog.ReasonNotStored(log, store.Run.Value, chunk, e.Message);
        }
    }
}

/// <summary>Checkpoints to the ordered results, and the report beside them.</summary>
internal sealed class AggregateActivity(RunEnvironment environment, ILogger log) : Activity<AggregateInput, RunSummary>
{
    public override async Task<RunSummary> RunAsync(ActivityContext context, AggregateInput input)
    {
        using var scope = RunLog.Begin(log, input.Run.RunId);
        using var span = RunDiagnostics.Begin("aggregate results", input.Run);
        var store = environment.StoreOf(input.Run.RunId);
        var run = input.Run;
        var results = await store.AggregateAsync(input.Stop?.Reason(run), context.CancellationToken);
        var chunks = new List<ChunkOutcome>(input.ChunkCount - run.Since);
        await foreach (var json in store.ReadOutcomesAsync(run.Since, input.ChunkCount, context.CancellationToken))
            chunks.Add(JsonSerializer.Deserialize(json, RunJson.Default.ChunkOutcome)!);
        var report = new RunReport
        {
            Ok = results.Failed == 0,
            RunId = input.Run.RunId,
            Date = input.Run.Date,
            Trigger = input.Run.Trigger,
            Cleanup = input.Run.Cleanup,
            Workers = input.Run.Workers,
            DurationSec = Math.Round((environment.Time.GetUtcNow().UtcDateTime - input.StartedAt).TotalSeconds, 3),
            Flashpoints = results.Flashpoints,
            Failed = results.Failed,
            Cancelled = input.Cancelled,
            StoppedBecause = input.Stop?.InWords(run),
            NotRun = input.Stop?.NotRun,
            Gpu = run.Gpu,
            PricePerSecond = run.PricePerSecond,
            Cost = CostOf(run, chunks, chunk => chunk.Cost),
            WastedCost = CostOf(run, chunks, chunk => chunk.WastedCost),
            ChunkCount = input.ChunkCount - run.Since,
            ExecutionSec = Math.Round(chunks.Sum(chunk => chunk.TotalExecutionSec), 3),
            Chunks = chunks,
            Unconfirmed = [.. chunks.SelectMany(Unconfirmed)],
            Failures = results.Failures.Select(f => new FlashpointFailureEntry(f.Index, f.Id, f.Error)).ToList(),
        };
        await store.WriteReportAsync(
            JsonSerializer.SerializeToUtf8Bytes(report, RunJson.Default.RunReport), context.CancellationToken);
        await store.MarkFinalAsync(run.Since, context.CancellationToken);
        await store.ClearChunksAsync(run.Since, context.CancellationToken);
        return report.ToSummary();
    }

    /// <summary>Chunks that were run before there was a price cost something all the same, but nobody knows what.</summary>
    private static decimal? CostOf(RunInput run, List<ChunkOutcome> chunks, Func<ChunkOutcome, decimal?> part) =>
        run.PricePerSecond is null && chunks.TrueForAll(chunk => part(chunk) is null) ? null : chunks.Sum(chunk => part(chunk) ?? 0);

    private static IEnumerable<UnconfirmedJob> Unconfirmed(ChunkOutcome chunk) => chunk.AttemptLog
        .Where(attempt => attempt is { CancelUnconfirmed: true, JobId: not null })
        .Select(attempt => new UnconfirmedJob(chunk.Chunk, attempt.Attempt, attempt.JobId!));
}
