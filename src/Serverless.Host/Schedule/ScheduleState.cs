using System.Text.Json.Serialization;

namespace Serverless.Host.Schedule;

/// <summary>What the timer knows across restarts.</summary>
public sealed record ScheduleState
{
    /// <summary>The expression that was looked at; another one begins anew.</summary>
    public string? Expression { get; init; }

    /// <summary>Its time zone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Nothing that was due until then is still to be started.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>The run that is being started; null between runs.</summary>
    public PendingRun? Pending { get; init; }

    /// <summary>What came of the last run that was due or asked for.</summary>
    public LastRun? Last { get; init; }
}

/// <summary>A run that is due and not started yet.</summary>
/// <param name="ScheduledFor">When it was due.</param>
/// <param name="StartedAt">When it was first tried.</param>
/// <param name="Tries">How often it has been tried.</param>
/// <param name="NextTryAt">When it is tried next.</param>
/// <param name="Error">What went wrong last.</param>
public sealed record PendingRun(
    DateTimeOffset ScheduledFor, DateTimeOffset StartedAt, int Tries, DateTimeOffset NextTryAt, string? Error);

/// <summary>What came of a run that was due.</summary>
/// <param name="ScheduledFor">When it was due; null when somebody asked for it.</param>
/// <param name="StartedAt">When it was first tried.</param>
/// <param name="RunId">The run.</param>
/// <param name="Result">Whether there is a run now.</param>
/// <param name="Error">Why there is none.</param>
public sealed record LastRun(
    DateTimeOffset? ScheduledFor, DateTimeOffset StartedAt, string RunId, DailyResult Result, string? Error);

/// <summary>Whether there is a run for a day.</summary>
[JsonConverter(typeof(DailyResultConverter))]
public enum DailyResult
{
    /// <summary>It was started.</summary>
    Started,

    /// <summary>It had been started before; nothing was read.</summary>
    AlreadyThere,

    /// <summary>It could not be started.</summary>
    Failed,
}

/// <summary>What <c>GET /api/schedule</c> answers.</summary>
public sealed record ScheduleView
{
    /// <summary>Whether there are timed runs.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Why there are none.</summary>
    public string? Reason { get; init; }

    /// <summary>The expression.</summary>
    public required string Expression { get; init; }

    /// <summary>The zone of its times.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Where flashpoints are read, without secrets.</summary>
    public string? Source { get; init; }

    /// <summary>When the next run is due; null when none will be.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>The run that is being started, while its source cannot be read.</summary>
    public PendingRun? Pending { get; init; }

    /// <summary>What came of the last one.</summary>
    public LastRun? Last { get; init; }
}

/// <summary>What <c>POST /api/schedule/run</c> answers.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Result">Whether it was started now.</param>
public sealed record DailyStart(string RunId, DailyResult Result);

/// <summary>Source-generated JSON of the schedule.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScheduleState))]
[JsonSerializable(typeof(ScheduleView))]
[JsonSerializable(typeof(DailyStart))]
internal sealed partial class ScheduleJson : JsonSerializerContext;

/// <summary>Writes results as <c>already_there</c>.</summary>
internal sealed class DailyResultConverter()
    : JsonStringEnumConverter<DailyResult>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
