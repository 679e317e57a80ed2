namespace Serverless.Core.Runs;

/// <summary>How a chunk went, to be stored beside its checkpoints.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Outcome">How it went.</param>
public sealed record RecordInput(string RunId, ChunkOutcome Outcome);

/// <summary>What aggregation needs beside the store.</summary>
/// <param name="Run">The run.</param>
/// <param name="StartedAt">When its first turn was.</param>
/// <param name="ChunkCount">How many chunks there are, those of earlier generations included.</param>
/// <param name="Cancelled">Whether somebody cancelled it.</param>
public sealed record AggregateInput(RunInput Run, DateTime StartedAt, int ChunkCount, bool Cancelled)
{
    /// <summary>Why it ended before all of it was run; null when it did not.</summary>
    public RunStop? Stop { get; init; }
}
