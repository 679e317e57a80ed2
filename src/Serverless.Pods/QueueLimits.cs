namespace Serverless.Pods;

/// <summary>Every bound of the queue: its unit, why it is where it is, and what happens beyond it.</summary>
public static class QueueLimits
{
    /// <summary>Jobs that wait. Far more than any fleet works off in a day. Beyond it: submitting fails until some have run.
    /// </summary>
    public const int MaxQueuedJobs = 1_000_000;

    /// <summary>Changes that wait for a commit. Beyond it, whoever calls waits.</summary>
    public const int MaxQueuedWrites = 4_096;

    /// <summary>How often a job may be given back without that being counted: announced interruptions, agents that were stopped.
    /// Beyond it each one counts as an attempt, so that no job goes round for ever.</summary>
    public const int MaxReturns = 100;

    /// <summary>What is kept of what befell pods. Beyond it the oldest goes.</summary>
    public const int MaxEvents = 10_000;

    /// <summary>Of these, how many a look shows.</summary>
    public const int MaxEventsShown = 200;

    /// <summary>How long an ended job is kept, with its results: a coordinator that was down meanwhile takes them then. Beyond it
    /// the job is lost.</summary>
    public static TimeSpan Retention { get; } = TimeSpan.FromDays(7);

    /// <summary>How often ended jobs beyond that are looked for.</summary>
    public static TimeSpan CleaningInterval { get; } = TimeSpan.FromHours(1);

    /// <summary>Ended jobs that one change deletes, so that nobody waits long behind it. The next one takes the next.</summary>
    public const int MaxDeletedAtOnce = 200;

    /// <summary>Bytes of the inputs that one answer lends, but for the first: they stand in memory. Beyond it fewer jobs are lent
    /// than were asked for.</summary>
    public const int MaxGrantBytes = 16 * 1024 * 1024;

    /// <summary>How long after the time that a provider's notice gave a silent pod is believed to be still there.</summary>
    public static TimeSpan NoticeGrace { get; } = TimeSpan.FromSeconds(15);
}
