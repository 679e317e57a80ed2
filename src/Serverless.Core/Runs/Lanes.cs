using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// Runs chunks, at most as many at once as there are lanes. Each lane takes the next chunk when its last has ended, so
/// no turn ever looks through all of them.
/// </summary>
internal sealed class Lanes(OrchestrationContext context, GroupInput group, Task<string> cancel)
{
    private int _next;
    private int _finishedFlashpoints;
    private double _finishedSeconds;

    /// <summary>Flashpoints with a result so far.</summary>
    public int Done { get; private set; }

    /// <summary>Flashpoints of ended chunks without one.</summary>
    public int Missing { get; private set; }

    /// <summary>Chunks that have ended.</summary>
    public int Ended { get; private set; }

    /// <summary>Called after every chunk.</summary>
    public Action? OnChunkEnded { get; init; }

    public Task RunAsync() =>
        Task.WhenAll(Enumerable.Range(group.FirstWorker, Math.Min(group.Lanes, group.Counts.Count)).Select(RunLaneAsync));

    private async Task RunLaneAsync(int worker)
    {
        while (_next < group.Counts.Count && !cancel.IsCompleted)
        {
            var place = _next++;
            Count(await RunChunkAsync(worker, group.FirstChunk + place, group.Counts[place]));
        }
    }

    private async Task<ChunkOutcome> RunChunkAsync(int worker, int chunk, int flashpoints)
    {
        var input = new ChunkInput
        {
            Run = group.Run,
            Chunk = chunk,
            Worker = worker,
            Flashpoints = flashpoints,
            ExpectedSeconds = _finishedFlashpoints == 0 ? null : _finishedSeconds / _finishedFlashpoints * flashpoints,
        };
        try
        {
            return await context.CallSubOrchestratorAsync<ChunkOutcome>(
                Names.Chunk, input, Names.ChunkInstance(group.Run.RunId, chunk));
        }
        catch (TaskFailedException e)
        {
            return await RecordFailureAsync(input, e);
        }
    }

    /// <summary>A chunk whose orchestration broke costs that chunk, never the run.</summary>
    private async Task<ChunkOutcome> RecordFailureAsync(ChunkInput input, TaskFailedException e)
    {
        var cause = e.FailureDetails.InnerFailure ?? e.FailureDetails;
        var outcome = new ChunkOutcome
        {
            Chunk = input.Chunk,
            Worker = input.Worker,
            Flashpoints = input.Flashpoints,
            State = ChunkState.Failed,
            Missing = input.Flashpoints,
            Error = cause.ErrorMessage,
        };
        await context.CallActivityAsync<bool>(Names.RecordChunk, new RecordInput(input.Run.RunId, outcome), Retries.Store);
        return outcome;
    }

    private void Count(ChunkOutcome outcome)
    {
        Ended++;
        Done += outcome.Done;
        Missing += outcome.Missing;
        if (outcome is { State: ChunkState.Completed, ExecutionSec: { } seconds })
        {
            _finishedFlashpoints += outcome.Flashpoints;
            _finishedSeconds += seconds + (outcome.DelaySec ?? 0);
        }

        OnChunkEnded?.Invoke();
    }
}
