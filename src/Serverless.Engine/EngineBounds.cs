namespace Serverless.Engine;

/// <summary>The limits that tests make small. Everybody else has those of <see cref="EngineLimits"/>.</summary>
internal sealed record EngineBounds
{
    public static EngineBounds Default { get; } = new();

    public int HistorySegments { get; init; } = EngineLimits.MaxHistorySegments;

    public int SegmentBytes { get; init; } = EngineLimits.MaxSegmentBytes;

    public long LiveInstances { get; init; } = EngineLimits.MaxLiveInstances;

    public int KeptEvents { get; init; } = EngineLimits.MaxKeptEvents;

    public int OpenTimers { get; init; } = EngineLimits.MaxOpenTimers;

    public int OpenActivities { get; init; } = EngineLimits.MaxOpenActivities;

    public int OpenChildren { get; init; } = EngineLimits.MaxOpenChildren;
}
