namespace Serverless.Cli.Head;

/// <summary>A run to be left to a host and its pods.</summary>
internal sealed record EnqueueRequest
{
    /// <summary>A JSON array or JSON lines, UTF-8. Read once; the caller disposes it.</summary>
    public required Stream Flashpoints { get; init; }

    /// <summary>What to call it in messages.</summary>
    public required string SourceName { get; init; }

    /// <summary>The run's id; null: made from the flashpoints and the date.</summary>
    public string? WorkId { get; init; }

    /// <summary>Whether to run all of it again when it has ended.</summary>
    public bool Force { get; init; }

    /// <summary>Where the host listens.</summary>
    public required Uri Host { get; init; }
}

/// <summary>What a host made of it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="IsNew">False when it was there already.</param>
internal sealed record Enqueued(string Run, bool IsNew);
