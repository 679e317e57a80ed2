using System.Globalization;
using System.Text.Json;
using Serverless.Cli.Head;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Engine;

namespace Serverless.Cli.Embedded;

/// <summary>Makes views of runs from what the database, the store and this process know of them.</summary>
internal sealed class RunViews(IObjectStore objects, string resultsFolder, LiveRuns live)
{
    /// <summary>A run without its chunks; null when the instance is no run.</summary>
    public RunView? Summarize(OrchestrationMetadata instance)
    {
        if (RunSnapshot.Of(instance) is not { } run) return null;
        var ended = run.EndedAt is not null;
        return new RunView
        {
            Run = run.Id,
            Date = DateOnly.ParseExact(run.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            State = run.State,
            Workers = run.Workers,
            StartedAt = run.CreatedAt,
            EndedAt = run.EndedAt,
            FlashpointCount = run.Flashpoints,
            DoneCount = run.Done,
            ChunkCount = run.ChunkCount,
            Backend = run.Backend,
            Gpu = run.Gpu,
            Cost = run.Cost,
            WastedCost = run.WastedCost,
            ExecutionTime = run.ExecutionSec is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            StoppedBecause = run.StoppedBecause,
            Error = run.Error,
            ResultsLocation = ended ? ResultStores.Locate(resultsFolder, $"runs/{run.Id}/results.json") : null,
        };
    }

    /// <summary>What nobody else started, oldest first.</summary>
    public static IEnumerable<OrchestrationMetadata> Roots(DurableReader reader)
    {
        var query = new OrchestrationQuery { RootsOnly = true, FetchInputsAndOutputs = true };
        do
        {
            var page = reader.List(query);
            foreach (var instance in page.Values) yield return instance;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
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
            State = ChunkPhase.Waiting,
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
                AttemptPhase.Running => ChunkPhase.Running,
                AttemptPhase.Ended => chunk.Error is null ? ChunkPhase.Running : ChunkPhase.Retrying,
                _ => ChunkPhase.Queued,
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
        State = ChunkSnapshot.Of(outcome).State,
    };
}
