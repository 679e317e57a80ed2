namespace Serverless.Engine;

/// <summary>Every bound of the engine: its unit, why it is where it is, and what happens beyond it.</summary>
public static class EngineLimits
{
    /// <summary>Bytes of JSON in one input, output, event or custom status. Large values belong in a store, with a
    /// claim check in the history: Durable Task Scheduler refuses messages over about 1 MiB. Beyond it: the call that
    /// carried the value fails.</summary>
    public const int MaxPayloadBytes = 1024 * 1024;

    /// <summary>Characters of an instance id. Ids are keys and appear in URLs. Beyond it: ArgumentException.</summary>
    public const int MaxInstanceIdLength = 200;

    /// <summary>Characters of an event, activity or orchestrator name. Beyond it: ArgumentException.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Segments (turns) of one execution's history. A history is read as a whole when its instance comes into
    /// memory. Beyond it: the instance fails with <c>HistoryTooLong</c>; such code should ContinueAsNew.</summary>
    public const int MaxHistorySegments = 1_000_000;

    /// <summary>Bytes of one segment: all that came and all that was asked for in one turn. SQLite holds no value over a
    /// billion bytes. Beyond it: the instance fails with <c>HistoryTooLong</c>.</summary>
    public const int MaxSegmentBytes = 256 * 1024 * 1024;

    /// <summary>Instances that have not ended. Each has a row that every start reads. Beyond it: scheduling another root
    /// throws InvalidOperationException. Children are bounded by <see cref="MaxOpenChildren"/>.</summary>
    public const int MaxLiveInstances = 1_000_000;

    /// <summary>External events that an instance has got and not taken, those on their way in included. They are in
    /// memory with it. Beyond it: RaiseEventAsync throws InvalidOperationException, and nothing is recorded.</summary>
    public const int MaxKeptEvents = 10_000;

    /// <summary>Timers of one instance that have neither fired nor been cancelled. Beyond it: CreateTimer throws
    /// InvalidOperationException in the orchestrator.</summary>
    public const int MaxOpenTimers = 100_000;

    /// <summary>Activities of one instance that have been asked for and have not ended; each takes up to 1 KB of memory.
    /// Beyond it: CallActivityAsync throws InvalidOperationException in the orchestrator.</summary>
    public const int MaxOpenActivities = 1_000_000;

    /// <summary>Children of one instance that have not ended. Each is a row and may be in memory. Beyond it:
    /// CallSubOrchestratorAsync throws InvalidOperationException in the orchestrator.</summary>
    public const int MaxOpenChildren = 100_000;

    /// <summary>Writes that wait for the next commit. Beyond it producers wait, so memory stays bounded.</summary>
    public const int MaxQueuedWrites = 4096;

    /// <summary>Running activities that are noted in the file beside the database, so that a death of the process is
    /// counted; 16 bytes each. Beyond it: they run and a death is not counted.</summary>
    public const int MaxWatchedActivities = 16_384;

    /// <summary>Instances per page of a list. Beyond it: ArgumentException.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>Failed tasks that a rewind tries one by one. Beyond it only the newest are considered.</summary>
    public const int MaxRewoundFailures = 100;
}
