using Serverless.Core.Runs;

namespace Serverless.Cli.Embedded;

/// <summary>What the activities of this process say of chunks that have not ended.</summary>
internal sealed class LiveRuns(TimeProvider clock) : IRunObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Run, int Chunk), LiveChunk> _chunks = [];

    public void OnAttempt(AttemptNotice notice)
    {
        lock (_gate)
        {
            var chunk = Of_NeedsLock(notice.RunId, notice.Chunk);
            chunk.Worker = notice.Worker;
            chunk.Attempts = Math.Max(chunk.Attempts, notice.Attempt);
            chunk.Phase = notice.Phase;
            chunk.Error = notice.Error;
        }
    }

    public void OnFlashpoint(string runId, int worker, int chunk, string flashpointId)
    {
        lock (_gate) Of_NeedsLock(runId, chunk).Done.Add(flashpointId);
    }

    public void OnChunkEnded(string runId, ChunkOutcome outcome)
    {
        lock (_gate)
        {
            var chunk = Of_NeedsLock(runId, outcome.Chunk);
            chunk.Outcome = outcome;
            chunk.EndedAt = clock.GetUtcNow();
            chunk.Done.Clear();
        }
    }

    /// <summary>Gives each chunk of a run to <paramref name="take"/>, under the lock.</summary>
    public void Visit(string runId, Action<int, LiveChunk> take)
    {
        lock (_gate)
        {
            foreach (var ((run, chunk), live) in _chunks)
            {
                if (run == runId) take(chunk, live);
            }
        }
    }

    private LiveChunk Of_NeedsLock(string runId, int chunk)
    {
        if (!_chunks.TryGetValue((runId, chunk), out var live))
            _chunks[(runId, chunk)] = live = new LiveChunk { StartedAt = clock.GetUtcNow() };
        return live;
    }
}

/// <summary>A chunk that this process is working on.</summary>
internal sealed class LiveChunk
{
    public required DateTimeOffset StartedAt { get; init; }

    public int Worker { get; set; }

    public int Attempts { get; set; }

    public AttemptPhase Phase { get; set; }

    public string? Error { get; set; }

    /// <summary>Flashpoints seen done; a set, for activities may be run twice.</summary>
    public HashSet<string> Done { get; } = new(StringComparer.Ordinal);

    public ChunkOutcome? Outcome { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}
