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
