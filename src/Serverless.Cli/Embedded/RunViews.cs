using System.Globalization;
using System.Text.Json;
using Serverless.Cli.Head;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;
using ChunkState = Serverless.Cli.Head.ChunkState;
using RunState = Serverless.Cli.Head.RunState;
using StoredState = Serverless.Core.Runs.ChunkState;

namespace Serverless.Cli.Embedded;

/// <summary>Makes views of runs from what the database, the store and this process know of them.</summary>
internal sealed class RunViews(IObjectStore objects, string resultsFolder, LiveRuns live)
{
    /// <summary>A run without its chunks; null when the instance is no run.</summary>
    public RunView? Summarize(OrchestrationMetadata instance)
    {
        if (instance.Name != Names.FanOut || instance.ReadInputAs(RunJson.Default.RunInput) is not { } input) return null;
        var summary = instance.ReadOutputAs(RunJson.Default.RunSummary);
        var progress = instance.ReadCustomStatusAs(RunJson.Default.RunProgress);
        var ended = instance.RuntimeStatus.IsEnded();
        return new RunView
        {
            Run = input.RunId,
            Date = DateOnly.ParseExact(input.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            State = StateOf(instance.RuntimeStatus, summary),
            Workers = input.Workers,
            StartedAt = instance.CreatedAt,
            EndedAt = ended ? instance.LastUpdatedAt : null,
            FlashpointCount = input.Flashpoints,
            DoneCount = summary is null ? progress?.Done ?? 0 : summary.Flashpoints - summary.Failed,
            ChunkCount = summary?.ChunkCount ?? progress?.Chunks ?? 0,
            Backend = input.Backend,
            Gpu = input.Gpu,
            Cost = summary is null ? progress?.Cost : summary.Cost,
            WastedCost = summary is null ? progress?.WastedCost : summary.WastedCost,
            ExecutionTime = summary is null ? null : TimeSpan.FromSeconds(summary.ExecutionSec),
            StoppedBecause = summary?.StoppedBecause,
            Error = instance.FailureDetails?.InnerFailure?.ErrorMessage ?? instance.FailureDetails?.ErrorMessage,
            ResultsLocation = ended ? ResultStores.Locate(resultsFolder, $"runs/{input.RunId}/results.json") : null,
        };
    }

    /// <summary>The chunks of a run as the store has them; null while it is not planned.</summary>
    public async Task<ChunkView[]?> ReadChunksAsync(string run, CancellationToken cancellationToken)
    {
        var store = new RunStore(objects, RunId.Parse(run));
        if (await store.ReadPlanAsync(cancellationToken) is not { } plan) return null;
        var chunks = plan.Chunks.Skip(plan.Since).Select((chunk, place) => new ChunkView
        {
            Index = plan.Since + place,
            FlashpointCount = chunk.Count,
            DoneCount = 0,
            State = ChunkState.Waiting,
        }).ToArray();
        await foreach (var json in store.ReadOutcomesAsync(plan.Since, plan.Chunks.Count, cancellationToken))
        {
            var outcome = JsonSerializer.Deserialize(json, RunJson.Default.ChunkOutcome)!;
            var place = outcome.Chunk - plan.Since;
            chunks[place] = Ended(chunks[place], outcome);
        }

        return chunks;
    }

    /// <summary>Whether these are all chunks that this process works on: a retry adds some.</summary>
    public bool Cover(string run, ChunkView[] chunks)
    {
        var covers = true;
        var end = chunks.Length == 0 ? 0 : chunks[^1].Index + 1;
        live.Visit(run, (index, _) => covers &= index < end);
        return covers;
    }

    /// <summary>The chunks with what this process knows more.</summary>
    public ChunkView[] Overlay(string run, ChunkView[] stored)
    {
        var chunks = (ChunkView[])stored.Clone();
        live.Visit(run, (index, chunk) =>
        {
            var place = index - (chunks.Length == 0 ? 0 : chunks[0].Index);
            if (place >= 0 && place < chunks.Length) chunks[place] = With(chunks[place], chunk);
        });
        return chunks;
    }

    private static ChunkView With(ChunkView stored, LiveChunk chunk)
    {
        if (chunk.Outcome is { } outcome)
            return Ended(stored, outcome) with { StartedAt = chunk.StartedAt, EndedAt = chunk.EndedAt };
        return stored with
        {
            Worker = chunk.Worker,
            Attempts = chunk.Attempts,
            StartedAt = chunk.StartedAt,
            DoneCount = Math.Min(chunk.Done.Count, stored.FlashpointCount),
            Error = chunk.Error,
            State = chunk.Phase switch
            {
                AttemptPhase.Running => ChunkState.Running,
                AttemptPhase.Ended => chunk.Error is null ? ChunkState.Running : ChunkState.Retrying,
                _ => ChunkState.Queued,
            },
        };
    }

    private static ChunkView Ended(ChunkView chunk, ChunkOutcome outcome) => chunk with
    {
        Worker = outcome.Worker,
        DoneCount = outcome.Done,
        Attempts = outcome.Attempts,
        QueueTime = outcome.DelaySec is { } delay ? TimeSpan.FromSeconds(delay) : null,
        ExecutionTime = outcome.Attempts > 0 ? TimeSpan.FromSeconds(outcome.TotalExecutionSec) : null,
        Cost = outcome.Cost,
        Error = outcome.Error,
        State = outcome.State switch
        {
            StoredState.Completed => ChunkState.Completed,
            StoredState.Cancelled => ChunkState.Cancelled,
            _ => ChunkState.Failed,
        },
    };

    private static RunState StateOf(OrchestrationRuntimeStatus status, RunSummary? summary) => status switch
    {
        OrchestrationRuntimeStatus.Pending => RunState.Pending,
        OrchestrationRuntimeStatus.Completed => summary is { Cancelled: true } ? RunState.Cancelled : RunState.Completed,
        OrchestrationRuntimeStatus.Failed => RunState.Failed,
        OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled => RunState.Cancelled,
        _ => RunState.Running,
    };
}
