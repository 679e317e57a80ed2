using System.Globalization;

namespace Serverless.Core.Alerts;

/// <summary>What people are told of pods.</summary>
public static class PodAlerts
{
    /// <summary>A pod is taken away, or went without a word.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="occurrence">Tells this interruption from another of the same pod, such as its lease's token.</param>
    /// <param name="at">When it was noticed.</param>
    /// <param name="reason">What the provider says, and what becomes of the work.</param>
    public static Alert Interrupted(string podId, string occurrence, DateTimeOffset at, string? reason) => new()
    {
        Event = AlertEvent.Interrupted,
        Subject = podId,
        Occurrence = occurrence,
        At = at,
        Title = $"Pod {podId} was interrupted",
        Reason = reason,
        Pod = new AlertPod { PodId = podId },
    };

    /// <summary>A worker was restarted as often as may be.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="restarts">How often within the last hour.</param>
    /// <param name="at">When the restart was refused, which tells it from another time.</param>
    /// <param name="reason">What the worker died of last.</param>
    public static Alert RestartLimit(string podId, int restarts, DateTimeOffset at, string? reason) => new()
    {
        Event = AlertEvent.RestartLimit,
        Subject = podId,
        Occurrence = Instant(at),
        At = at,
        Title = string.Create(
            CultureInfo.InvariantCulture,
            $"The worker on pod {podId} was restarted {restarts:N0} {(restarts == 1 ? "time" : "times")} within an hour; "
            + $"it is not started again until somebody does"),
        Reason = reason,
        Pod = new AlertPod { PodId = podId, Restarts = restarts },
    };

    /// <summary>The command that a pod was there for is done.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">What it took.</param>
    public static Alert Completed(string podId, DateTimeOffset at, string? reason) =>
        OfCommand(AlertEvent.Completed, podId, $"The command on pod {podId} is done", at, reason);

    /// <summary>The command that a pod was there for has failed, and is not started again.</summary>
    /// <param name="podId">The pod.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">Why; tells one failure from another.</param>
    public static Alert Failed(string podId, DateTimeOffset at, string? reason) =>
        OfCommand(AlertEvent.Failed, podId, $"The command on pod {podId} has failed", at, reason);

    /// <summary>Work waits for pods, and none is there.</summary>
    /// <param name="lastPodId">The pod that was seen last; null: none ever was.</param>
    /// <param name="lastSeenAt">When that was, or when the work began to wait: the minute in which the silence began tells it
    /// from another.</param>
    /// <param name="at">Now.</param>
    /// <param name="reason">What waits.</param>
    public static Alert NothingSeen(string? lastPodId, DateTimeOffset lastSeenAt, DateTimeOffset at, string? reason)
    {
        var silent = (at - lastSeenAt).TotalSeconds;
        return new Alert
        {
            Event = AlertEvent.NothingSeen,
            Subject = lastPodId ?? "pods",
            Occurrence = Instant(Minute(lastSeenAt)),
            At = at,
            Title = string.Create(
                CultureInfo.InvariantCulture, $"Work waits for pods, and none was seen for {Math.Floor(silent):0} s"),
            Reason = reason,
            Pod = lastPodId is null ? null : new AlertPod { PodId = lastPodId, SilentSec = Math.Round(silent, 3) },
        };
    }

    private static Alert OfCommand(AlertEvent kind, string podId, string title, DateTimeOffset at, string? reason) => new()
    {
        Event = kind,
        Subject = podId,
        Occurrence = Instant(at),
        At = at,
        Title = title,
        Reason = reason,
        Pod = new AlertPod { PodId = podId },
    };

    private static DateTimeOffset Minute(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
}
