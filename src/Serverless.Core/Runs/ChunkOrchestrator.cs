using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// One chunk: attempts until every flashpoint is answered or no attempt is left. Each attempt is a job, watched by
/// short looks between durable timers, so that nothing waits for hours in a slot.
/// </summary>
public sealed class ChunkOrchestrator : Orchestrator<ChunkInput, ChunkOutcome>
{
    /// <inheritdoc/>
    public override async Task<ChunkOutcome> RunAsync(OrchestrationContext context, ChunkInput input)
    {
        using var ended = new CancellationTokenSource();
        var chunk = new ChunkRun(context, input, ended.Token);
        var outcome = await chunk.RunAsync();
        ended.Cancel();
        await context.CallActivityAsync<bool>(Names.RecordChunk, new RecordInput(input.Run.RunId, outcome), Retries.Store);
        return outcome;
    }
}
