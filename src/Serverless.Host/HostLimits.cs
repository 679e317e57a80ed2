namespace Serverless.Host;

/// <summary>Every bound of the HTTP service in one place: its unit, why it is there, and what happens beyond it.</summary>
public static class HostLimits
{
    /// <summary>Bytes of a request body. A list of flashpoints is spooled to disk, so this bounds disk, not memory. Beyond
    /// it: 413.</summary>
    public const long MaxBodyBytes = 100 * 1024 * 1024;

    /// <summary>Bytes of any other body, which has to stand in memory. Beyond it: 413.</summary>
    public const int MaxSmallBodyBytes = 1024 * 1024;

    /// <summary>Runs or instances on one page. Beyond it: 400.</summary>
    public const int MaxPageSize = 1_000;

    /// <summary>How long a stop waits for requests under way. Then they are cut off; runs are not touched by it.</summary>
    public static TimeSpan ShutdownTimeout { get; } = TimeSpan.FromSeconds(8);

    /// <summary>Seconds that <c>?wait=</c> may ask for; proxies cut longer ones off. Beyond it: 400.</summary>
    public const int MaxWaitSeconds = 600;

    /// <summary>Characters of an instance's id, an event's or an orchestrator's name, as the engine takes them. Beyond it:
    /// 400.</summary>
    public const int MaxInstanceIdLength = 200;

    /// <summary>Instances that one purge by filter deletes side by side, so that commits and deletions are shared.</summary>
    public const int MaxConcurrentPurges = 8;
}
