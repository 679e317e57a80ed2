namespace Serverless.Protocol;

/// <summary>Hands over results of single flashpoints, as the worker yields them. Each is a checkpoint: it is never worked on again.
/// Also says that the job goes on, as a heartbeat does.</summary>
public sealed record ResultsRequest
{
    /// <summary>Who calls.</summary>
    public required PodIdentity Identity { get; init; }

    /// <summary>The right to the job.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>1 to <see cref="WorkLimits.MaxEntries"/> results. All are stored or none.</summary>
    public required IReadOnlyList<ResultEntry> Entries { get; init; }
}

/// <summary>One flashpoint's result.</summary>
/// <param name="Id">The flashpoint's id.</param>
/// <param name="Value">What the worker answered for it, as it is: the result, or <c>null</c> or an object with an <c>error</c> for a
/// failure.</param>
public sealed record ResultEntry(string Id, RawJson Value);

/// <summary>The answer to <see cref="ResultsRequest"/>.</summary>
public sealed record ResultsReply
{
    /// <summary>Results that are new.</summary>
    public required int Stored { get; init; }

    /// <summary>Results that were there already: the first one counts.</summary>
    public required int Known { get; init; }

    /// <summary>Results of flashpoints that are not of this job: passed over.</summary>
    public required int Foreign { get; init; }

    /// <summary>How long the lease lasts from now, in seconds.</summary>
    public required double LeaseSeconds { get; init; }
}
