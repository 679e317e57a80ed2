namespace Serverless.Cli.Head;

/// <summary>A run to start. Workers, timeouts and attempts are in the settings.</summary>
internal sealed record RunRequest
{
    /// <summary>A JSON array or JSON lines, UTF-8. Read once from beginning to end; the caller disposes it.</summary>
    public required Stream Flashpoints { get; init; }

    /// <summary>What to call it in messages: a path, or <c>standard input</c>.</summary>
    public required string SourceName { get; init; }

    public required DateOnly Date { get; init; }

    /// <summary>Null: made from the flashpoints and the date, so that the same input is the same run.</summary>
    public string? RunId { get; init; }

    /// <summary>Flashpoints in a chunk at most; null: as many as make one chunk per worker.</summary>
    public int? ChunkSize { get; init; }

    public ChunkBy By { get; init; }

    /// <summary>When to stop early, and when to try harder.</summary>
    public RunLimits Limits { get; init; } = new();

    /// <summary>Whether to run all of it again when it has ended.</summary>
    public bool Force { get; init; }

    /// <summary>Whether workers clean up after themselves, and a forced run begins by deleting the results of before.</summary>
    public bool Cleanup { get; init; } = true;
}

/// <summary>What a run may cost and lose.</summary>
internal sealed record RunLimits
{
    /// <summary>Dollars from which on no job is submitted; null: any.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Percent of failed flashpoints above which the run ends; null: any.</summary>
    public int? MaxFailedPercent { get; init; }

    /// <summary>How many times slower than the median a chunk gets a second job; null: never.</summary>
    public double? Hedge { get; init; }

    /// <summary>Percent of the chunks, the last ones, that do not go to pods; null: none.</summary>
    public int? TailOnDemand { get; init; }
}

/// <summary>What makes chunks equal.</summary>
internal enum ChunkBy
{
    /// <summary>The number of flashpoints; chunks are contiguous.</summary>
    Even,

    /// <summary>The number of feeds.</summary>
    Weight,
}

/// <summary>What became of a request to start a run.</summary>
internal sealed record RunStart(string Run, RunStartKind Kind);

internal enum RunStartKind
{
    /// <summary>It is new.</summary>
    Started,

    /// <summary>It was known, had not ended and goes on.</summary>
    Continued,

    /// <summary>It had ended before; nothing was started.</summary>
    Ended,
}
