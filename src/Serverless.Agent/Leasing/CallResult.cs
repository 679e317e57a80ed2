namespace Serverless.Agent.Leasing;

/// <summary>What came of a call.</summary>
internal enum CallOutcome
{
    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>No answer, or none that counts: the same call again later.</summary>
    Unavailable,

    /// <summary>The job is another's now: stop it, send nothing more about it.</summary>
    Stale,

    /// <summary>The call is too large.</summary>
    TooLarge,

    /// <summary>This call is a mistake, and not repeated.</summary>
    Refused,

    /// <summary>This agent has nothing more to say here: its key, its version, or another agent in its place.</summary>
    Fatal,
}

/// <summary>What came of a call, and the answer.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Reply">The answer; null for any outcome but <see cref="CallOutcome.Answered"/>.</param>
/// <param name="Reason">Why it was not answered, for people.</param>
/// <param name="RetryAfter">How long to wait before it is sent again, if the coordinator says so.</param>
internal readonly record struct CallResult<T>(CallOutcome Outcome, T? Reply, string Reason = "", TimeSpan? RetryAfter = null)
    where T : class;
