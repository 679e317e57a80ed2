using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

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
        var chunks = new ChunkSums(listAll: input.ChunkCount - run.Since <= Limits.MaxChunksListed);
        await foreach (var json in store.ReadOutcomesAsync(run.Since, input.ChunkCount, context.CancellationToken))
            chunks.Add(JsonSerializer.Deserialize(json, RunJson.Default.ChunkOutcome)!);
        var report = ToReport(input, results, chunks);
        await store.WriteReportAsync(
            JsonSerializer.SerializeToUtf8Bytes(report, RunJson.Default.RunReport), context.CancellationToken);
        await store.MarkFinalAsync(run.Since, context.CancellationToken);
        await store.ClearChunksAsync(run.Since, context.CancellationToken);
        return report.ToSummary();
    }

    private RunReport ToReport(AggregateInput input, AggregateInfo results, ChunkSums chunks)
    {
        var run = input.Run;
        return new RunReport
        {
            Ok = results.Failed == 0,
            RunId = run.RunId,
            Date = run.Date,
            Trigger = run.Trigger,
            Cleanup = run.Cleanup,
            Workers = run.Workers,
            DurationSec = Math.Round((environment.Time.GetUtcNow().UtcDateTime - input.StartedAt).TotalSeconds, 3),
            Flashpoints = results.Flashpoints,
            Failed = results.Failed,
            Cancelled = input.Cancelled,
            StoppedBecause = input.Stop?.InWords(run),
            NotRun = input.Stop?.NotRun,
            Gpu = run.Gpu,
            PricePerSecond = run.PricePerSecond,

            // Chunks that were run before there was a price cost something all the same, but nobody knows what.
            Cost = chunks.Cost ?? (run.PricePerSecond is null ? null : 0),
            WastedCost = chunks.WastedCost ?? (run.PricePerSecond is null ? null : 0),
            ChunkCount = input.ChunkCount - run.Since,
            ExecutionSec = Math.Round(chunks.ExecutionSec, 3),
            Chunks = chunks.Listed,
            Unconfirmed = chunks.Unconfirmed,
            Failures = results.Failures.Select(f => new FlashpointFailureEntry(f.Index, f.Id, f.Error)).ToList(),
        };
    }
}
