namespace Serverless.Core.Runs;

/// <summary>Adds up how chunks went, and keeps those that a report lists.</summary>
/// <param name="listAll">Whether it lists all of them; else those that have not completed, up to
/// <see cref="Limits.MaxChunksListed"/>.</param>
internal sealed class ChunkSums(bool listAll)
{
    private readonly List<ChunkOutcome> _listed = [];
    private readonly List<UnconfirmedJob> _unconfirmed = [];

    public IReadOnlyList<ChunkOutcome> Listed => _listed;

    public IReadOnlyList<UnconfirmedJob> Unconfirmed => _unconfirmed;

    /// <summary>Null when no chunk knows.</summary>
    public decimal? Cost { get; private set; }

    /// <summary>Null when no chunk knows.</summary>
    public decimal? WastedCost { get; private set; }

    public double ExecutionSec { get; private set; }

    public void Add(ChunkOutcome chunk)
    {
        if (listAll || (chunk.State != ChunkState.Completed && _listed.Count < Limits.MaxChunksListed)) _listed.Add(chunk);
        if (chunk.Cost is { } cost) Cost = (Cost ?? 0) + cost;
        if (chunk.WastedCost is { } wasted) WastedCost = (WastedCost ?? 0) + wasted;
        ExecutionSec += chunk.TotalExecutionSec;
        foreach (var attempt in chunk.AttemptLog)
        {
            if (attempt is { CancelUnconfirmed: true, JobId: { } job })
                _unconfirmed.Add(new UnconfirmedJob(chunk.Chunk, attempt.Attempt, job));
        }
    }
}
