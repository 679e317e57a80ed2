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

    /// <summary>Bytes of each result that a page of flashpoints shows. Beyond it: 400.</summary>
    public const int MaxPreviewBytes = 64 * 1024;

    /// <summary>Open event streams: each is a connection. Beyond it: 429.</summary>
    public const int MaxStreams = 256;

    /// <summary>Events of one connection, so that no connection lives for ever. Beyond it: an <c>event-limit</c> event, and
    /// the stream ends; a browser comes again by itself.</summary>
    public const int MaxEventsPerStream = 100_000;

    /// <summary>How long a stop waits for requests under way. Then they are cut off; runs are not touched by it.</summary>
    public static TimeSpan ShutdownTimeout { get; } = TimeSpan.FromSeconds(6);

    /// <summary>Seconds that <c>?wait=</c> may ask for; proxies cut longer ones off. Beyond it: 400.</summary>
    public const int MaxWaitSeconds = 600;

    /// <summary>Bytes of a source of flashpoints, unpacked. It is spooled to disk, so this bounds disk, not memory. Beyond
    /// it the source is refused.</summary>
    public const long MaxSourceBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>How often the server of a source may send us on to another of its URLs. Beyond it the source is
    /// refused.</summary>
    public const int MaxSourceRedirects = 5;

    /// <summary>How long reading a source may take. Then it has failed, and the timer tries again.</summary>
    public static TimeSpan SourceTimeout { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The waits between tries to read the timer's source: long enough for a server to start again, short enough
    /// for the day. After the last one the day's run has failed.</summary>
    public static IReadOnlyList<TimeSpan> SourceRetryWaits { get; } =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
    ];

    /// <summary>How late a run that was missed is caught up. Later it is left out, and the next one comes.</summary>
    public static TimeSpan MaxCatchUp { get; } = TimeSpan.FromDays(1);

    /// <summary>The longest time between two looks at the clock: a clock that was set, or a machine that slept, delays a
    /// timed run by no more than this.</summary>
    public static TimeSpan MaxScheduleNap { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Characters of an instance's id, an event's or an orchestrator's name, as the engine takes them. Beyond it:
    /// 400.</summary>
    public const int MaxInstanceIdLength = 200;

    /// <summary>Instances that one purge by filter deletes side by side, so that commits and deletions are shared.</summary>
    public const int MaxConcurrentPurges = 8;

    /// <summary>Open jobs in one answer, the oldest first: as many as a run may have at once. More are not shown.</summary>
    public const int MaxJobsListed = 20_000;
}
