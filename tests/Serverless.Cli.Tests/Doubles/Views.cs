using Serverless.Cli.Head;
using Serverless.Core.Runs;

namespace Serverless.Cli.Tests.Doubles;

/// <summary>Runs and chunks to show.</summary>
internal static class Views
{
    public const string Id = "etl-1";

    public static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static RunView Completed(int done = 12) => Run(RunState.Completed, done) with
    {
        EndedAt = Start.AddSeconds(40.2),
        ResultsLocation = "/state/results/etl-1/results.json",
        Chunks = [.. Enumerable.Range(0, 4).Select(index => Chunk(index, ChunkPhase.Completed, done: 3) with
        {
            EndedAt = Start.AddSeconds(40),
            ExecutionTime = TimeSpan.FromSeconds(30.5 + index),
        })],
    };

    public static RunView Run(RunState state, int done = 0) => new()
    {
        Run = Id,
        Date = new DateOnly(2025, 1, 1),
        State = state,
        Workers = 4,
        StartedAt = Start,
        FlashpointCount = 12,
        DoneCount = done,
        ChunkCount = 4,
    };

    public static ChunkView Chunk(int index, ChunkPhase state, int done = 0) => new()
    {
        Index = index,
        Worker = state == ChunkPhase.Waiting ? null : index % 4 + 1,
        FlashpointCount = 3,
        DoneCount = done,
        State = state,
        Attempts = state == ChunkPhase.Waiting ? 0 : 1,
        StartedAt = state == ChunkPhase.Waiting ? null : Start.AddSeconds(index),
        QueueTime = TimeSpan.FromMilliseconds(200),
    };
}
