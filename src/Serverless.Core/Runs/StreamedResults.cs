using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.Core.Results;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>Takes what a job yields before it ends: each entry that carries its flashpoint's id is a checkpoint at once, and
/// is not lost with the job. Entries without an id wait for the job's output, since one before them may have been lost.
/// </summary>
internal sealed class StreamedResults(RunEnvironment environment, ILogger log)
{
    /// <returns>How many checkpoints were stored.</returns>
    public async Task<int> DrainAsync(
        AttemptInput input, RunStore store, JobSnapshot job, CancellationToken cancellationToken)
    {
        if (job.State.IsTerminal()) environment.Streams.Ended(input.Chunk.Run.Backend, input.JobId!, job.State == JobState.Completed);

        // A job that has completed has its whole output; one that waits has not yielded anything.
        if (job.State is JobState.Queued or JobState.Completed or JobState.Lost) return 0;
        if (environment.Backends(input.Chunk.Run.Backend) is not IStreamsOutput backend || !MayStream(input)) return 0;
        if (!environment.Streams.TryBegin()) return 0;
        var parts = await DrainAsync(backend, input, cancellationToken);
        if (parts.Count == 0) return 0;
        var open = await GivenFlashpoints.ReadOpenAsync(store, input, cancellationToken);
        var checkpoints = JobOutput.MatchParts(parts, open);
        if (checkpoints.Count == 0) return 0;
        await store.SaveStreamedAsync(input.Chunk.Chunk, input.Attempt, checkpoints, cancellationToken);
        Tell(input, checkpoints);
        return checkpoints.Count;
    }

    /// <summary>Whether the job is worth asking for parts.</summary>
    public bool MayStream(AttemptInput input) =>
        (environment.Backends(input.Chunk.Run.Backend) is IStreamsOutput backend && backend.KeepsParts(input.ToJob().Id))
        || environment.Streams.MayStream(input.Chunk.Run.Backend, input.JobId!);

    /// <summary>Whether it may turn out later that it is.</summary>
    public bool MayStreamLater(AttemptInput input) => !environment.Streams.IsKnown(input.Chunk.Run.Backend);

    /// <summary>Those of a job's checkpoints that were not stored while it ran.</summary>
    public static async Task<IReadOnlyList<Checkpoint>> NewOnesAsync(
        AttemptInput input, RunStore store, IReadOnlyList<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        var open = (await store.ReadMissingAsync(input.Chunk.Chunk, cancellationToken)).Select(entry => entry.Index).ToHashSet();
        return [.. checkpoints.Where(checkpoint => open.Contains(checkpoint.Index))];
    }

    /// <summary>Says which flashpoints have their result.</summary>
    public void Tell(AttemptInput input, IReadOnlyList<Checkpoint> checkpoints)
    {
        foreach (var checkpoint in checkpoints.Where(checkpoint => checkpoint.IsGood))
        {
            RunLog.WorkerCompletedFlashpoint(log, input.Chunk.Worker, checkpoint.Id);
            environment.Observer.OnFlashpoint(input.Chunk.Run.RunId, input.Chunk.Worker, input.Chunk.Chunk, checkpoint.Id);
        }
    }

    /// <summary>What could not be taken comes with the output, or with the next attempt.</summary>
    private async Task<IReadOnlyList<JobPart>> DrainAsync(
        IStreamsOutput backend, AttemptInput input, CancellationToken cancellationToken)
    {
        try
        {
            var parts = await backend.DrainAsync(input.ToJob(), cancellationToken);
            environment.Streams.Asked(input.Chunk.Run.Backend, input.JobId!, parts.Count);
            return parts;
        }
        catch (JobBackendException e)
        {
            RunLog.DrainFailed(log, input.JobId!, e.Kind, e.Message);
            return [];
        }
        finally
        {
            environment.Streams.End();
        }
    }
}
