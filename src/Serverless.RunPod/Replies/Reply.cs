namespace Serverless.RunPod.Replies;

/// <summary>What came of a call.</summary>
internal enum ReplyKind
{
    /// <summary>RunPod answered the question.</summary>
    Answered,

    /// <summary>RunPod does not know the job.</summary>
    JobMissing,

    /// <summary>The call never reached RunPod.</summary>
    NotSent,

    /// <summary>RunPod had too many calls and did not look at this one.</summary>
    Throttled,

    /// <summary>Nobody can say whether RunPod did what was asked: an answer that is lost, late or from the
    /// edge.</summary>
    Unclear,

    /// <summary>RunPod will not do it, however often it is asked.</summary>
    Refused,

    /// <summary>RunPod will not do it until a person has seen to the account or the key.</summary>
    Blocked,
}

/// <summary>One call's end. An expected failure is a value here, not an exception.</summary>
internal sealed record Reply
{
    public required RunPodOperation Operation { get; init; }

    public required ReplyKind Kind { get; init; }

    /// <summary>What happened, for people. Free of secrets.</summary>
    public required string Text { get; init; }

    public int? StatusCode { get; init; }

    /// <summary>The body's fields; there whenever the reply is <see cref="ReplyKind.Answered"/> or
    /// <see cref="ReplyKind.JobMissing"/>.</summary>
    public ReplyFields Fields { get; init; } = ReplyFields.None;

    /// <summary>The job's error, unpacked, cut and free of secrets.</summary>
    public string? JobError { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public Exception? Cause { get; init; }

    /// <summary>True when repeating the call at once cannot do harm and may help.</summary>
    public bool IsWorthRepeating => Kind switch
    {
        ReplyKind.NotSent or ReplyKind.Throttled => true,
        ReplyKind.Unclear => Operation.IsRepeatable(),
        _ => false,
    };

    /// <summary>True when it says that the endpoint is out of order, as opposed to busy or unwilling.</summary>
    public bool IsOutage => Kind is ReplyKind.NotSent or ReplyKind.Unclear;
}
