namespace Serverless.Core.Runs;

/// <summary>Sees a run go on, for progress bars and logs. Told by activities, so it may be told a thing twice.</summary>
public interface IRunObserver
{
    /// <summary>Something happened to an attempt.</summary>
    void OnAttempt(AttemptNotice notice);

    /// <summary>A flashpoint has its result.</summary>
    void OnFlashpoint(string runId, int worker, int chunk, string flashpointId);

    /// <summary>A chunk has ended.</summary>
    void OnChunkEnded(string runId, ChunkOutcome outcome);
}

/// <summary>Where an attempt stands.</summary>
public enum AttemptPhase
{
    /// <summary>Its job was submitted.</summary>
    Submitted,

    /// <summary>The job waits for a worker.</summary>
    Queued,

    /// <summary>A worker holds the job.</summary>
    Running,

    /// <summary>The job has ended.</summary>
    Ended,
}

/// <summary>Something happened to an attempt.</summary>
public sealed record AttemptNotice
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The chunk's index, from 0.</summary>
    public required int Chunk { get; init; }

    /// <summary>The lane, from 1.</summary>
    public required int Worker { get; init; }

    /// <summary>The attempt's number, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Where it stands.</summary>
    public required AttemptPhase Phase { get; init; }

    /// <summary>Flashpoints that its job carries.</summary>
    public int Flashpoints { get; init; }

    /// <summary>The job.</summary>
    public string? JobId { get; init; }

    /// <summary>What is wrong, if anything.</summary>
    public string? Error { get; init; }
}

/// <summary>Looks away.</summary>
public sealed class NoRunObserver : IRunObserver
{
    /// <inheritdoc/>
    public void OnAttempt(AttemptNotice notice)
    {
    }

    /// <inheritdoc/>
    public void OnFlashpoint(string runId, int worker, int chunk, string flashpointId)
    {
    }

    /// <inheritdoc/>
    public void OnChunkEnded(string runId, ChunkOutcome outcome)
    {
    }
}
