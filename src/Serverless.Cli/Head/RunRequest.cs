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
