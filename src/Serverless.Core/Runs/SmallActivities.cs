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
