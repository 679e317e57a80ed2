namespace Serverless.Protocol;

/// <summary>Every bound of what host and pod say to each other: its unit, why it is there, and what happens beyond it.</summary>
public static class WorkLimits
{
    /// <summary>Bytes of a call's body. It stands in memory. Beyond it: 413; results are sent in several calls.</summary>
    public const int MaxBodyBytes = 32 * 1024 * 1024;

    /// <summary>Bytes of one flashpoint's result, the same as of a job's input. A larger one cannot be stored by this way:
    /// put it into a store and answer a reference. Beyond it: 413.</summary>
    public const int MaxEntryBytes = 10 * 1024 * 1024;

    /// <summary>Entries in one call. Each costs a row in a commit. Beyond it: 400.</summary>
    public const int MaxEntries = 1_000;

    /// <summary>Leases that one call may ask for, and that a pod may hold. Beyond it: 400.</summary>
    public const int MaxJobs = 100;

    /// <summary>Seconds that a call for work may wait; proxies cut longer ones off. Beyond it: 400.</summary>
    public const int MaxWaitSeconds = 60;

    /// <summary>Characters of a pod's name, a session, a request id, and of each text among a pod's facts. Beyond it: 400.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Characters of an error, a reason or a progress text. What is longer is cut by the host.</summary>
    public const int MaxTextLength = 2_000;

    /// <summary>Characters of a checkpoint's location. Beyond it: 400.</summary>
    public const int MaxLocationLength = 2_000;

    /// <summary>How often an agent says that it lives, whether it holds a job or not. A quarter of a minute without it is
    /// nothing; see <see cref="OfflineAfter"/> and each lease's own time.</summary>
    public static TimeSpan HeartbeatInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a pod may be silent before it counts as offline. Its leases are not touched by that.</summary>
    public static TimeSpan OfflineAfter { get; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an agent waits for the answer to any call, beyond the time that it asked the host to wait.</summary>
    public static TimeSpan CallTimeout { get; } = TimeSpan.FromSeconds(30);
}
