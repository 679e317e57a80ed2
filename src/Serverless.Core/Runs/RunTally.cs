namespace Serverless.Core.Runs;

/// <summary>What the ended chunks of a run, or of a group, have come to.</summary>
public sealed record RunTally
{
    /// <summary>Chunks that have ended.</summary>
    public int Ended { get; init; }

    /// <summary>Flashpoints of ended chunks.</summary>
    public int Flashpoints { get; init; }

    /// <summary>Those with a result.</summary>
    public int Done { get; init; }

    /// <summary>Those without one.</summary>
    public int Missing { get; init; }

    /// <summary>Those of them that were not tried again, because the run was stopped.</summary>
    public int CutShort { get; init; }

    /// <summary>Dollars that their jobs cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal WastedCost { get; init; }

    /// <summary>The same with one more chunk.</summary>
    internal RunTally With(ChunkOutcome chunk) => this with
    {
        Ended = Ended + 1,
        Flashpoints = Flashpoints + chunk.Flashpoints,
        Done = Done + chunk.Done,
        Missing = Missing + chunk.Missing,
        CutShort = CutShort + (chunk.CutShort ? chunk.Missing : 0),
        Cost = Cost + (chunk.Cost ?? 0),
        WastedCost = WastedCost + (chunk.WastedCost ?? 0),
    };

    /// <summary>Both together.</summary>
    internal RunTally With(RunTally other) => new()
    {
        Ended = Ended + other.Ended,
        Flashpoints = Flashpoints + other.Flashpoints,
        Done = Done + other.Done,
        Missing = Missing + other.Missing,
        CutShort = CutShort + other.CutShort,
        Cost = Cost + other.Cost,
        WastedCost = WastedCost + other.WastedCost,
    };
}

/// <summary>What a group tells its run: all of it so far, so that being told twice does no harm.</summary>
/// <param name="Group">The group's index.</param>
/// <param name="Tally">What its chunks have come to.</param>
/// <param name="Running">Dollars that its chunks that go on are reckoned at.</param>
public sealed record GroupReport(int Group, RunTally Tally, decimal Running);

/// <summary>What a chunk tells what started it, between two attempts.</summary>
/// <param name="Chunk">The chunk's index.</param>
/// <param name="Cost">Dollars that its attempts have cost so far.</param>
public sealed record SpentReport(int Chunk, decimal Cost);
