namespace Serverless.Core.Storage;

/// <summary>What became of a run's flashpoints.</summary>
public sealed record AggregateInfo
{
    /// <summary>How many there were; the results have as many entries.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How many have a result.</summary>
    public required int Done { get; init; }

    /// <summary>How many are null.</summary>
    public required int Failed { get; init; }

    /// <summary>The first <see cref="Limits.MaxFailuresListed"/> of those, in order.</summary>
    public required IReadOnlyList<FailedFlashpoint> Failures { get; init; }

    /// <summary>Where the results are.</summary>
    public required ClaimCheck Results { get; init; }
}

/// <summary>A flashpoint that is null in the results.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Id">Its id.</param>
/// <param name="Error">Why, in words.</param>
public sealed record FailedFlashpoint(int Index, string Id, string Error);
