using System.Globalization;
using Serverless.Core.Alerts;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Embedded;

/// <summary>Makes alerts of what befalls pods: a provider's notice, a job lost without a word, a worker that died too often, work
/// that waits while no pod is seen. What the queue remembers of it is the same after a restart, so looking again makes no second
/// alert.</summary>
internal sealed class PodAlertWatch(Func<CancellationToken, Task<QueueView>> look, AlertDispatch dispatch, TimeProvider clock)
{
    /// <summary>What is older is nobody's news: when the process was away, or alerts were set up later.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>How long work may wait, and no pod be seen.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private HashSet<Alert> _known = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var view = await look(cancellationToken);
        var now = clock.GetUtcNow();
        var alerts = view.Events
            .Where(one => now - one.At <= Fresh)
            .Select(one => Of(one, view))
            .OfType<Alert>()
            .ToHashSet();
        foreach (var alert in alerts.Except(_known)) await dispatch.RaiseAsync(alert, cancellationToken);
        _known = alerts;
        if (IsSilent(view)) await dispatch.RaiseAsync(Of(view, now), cancellationToken);
    }

    /// <summary>What people are told of an event; null when that is nothing.</summary>
    private static Alert? Of(PodEvent one, QueueView view) => one.Kind switch
    {
        PodEventKind.Noticed or PodEventKind.Lost => PodAlerts.Interrupted(
            one.Pod, string.Create(CultureInfo.InvariantCulture, $"{one.At.ToUnixTimeMilliseconds()}-{one.Kind}"), one.At, one.Text),
        PodEventKind.GaveUp when !IsToldBefore(one, view.Events) => OfGivenUp(one, view.Pods.FirstOrDefault(pod => pod.Name == one.Pod)),
        _ => null,
    };

    /// <summary>An agent that can tells people itself.</summary>
    private static Alert? OfGivenUp(PodEvent one, PodView? pod) => pod?.Facts is { TellsPeople: not true } facts
        ? PodAlerts.RestartLimit(
            one.Pod, facts.RestartLimit?.Restarts ?? facts.WorkerRestarts, one.At, facts.RestartLimit?.Reason ?? one.Text)
        : null;

    /// <summary>An agent that was started again, and soon gives up again, is still in the same crash loop.</summary>
    private static bool IsToldBefore(PodEvent one, IReadOnlyList<PodEvent> events)
    {
        var before = events.Where(other => other.Pod == one.Pod && other.At < one.At).ToList();
        return before.Find(other => other.Kind == PodEventKind.Started) is { } start && one.At - start.At < Fresh
            && before.Exists(other => other.Kind == PodEventKind.GaveUp && other.At <= start.At)
            && !before.Exists(other => other.Kind == PodEventKind.GaveUp && other.At > start.At);
    }

    private static bool IsSilent(QueueView view) =>
        view.Queued > 0 && view.OldestSeconds >= Silence.TotalSeconds && !(view.LastSeenSeconds < Silence.TotalSeconds);

    private static Alert Of(QueueView view, DateTimeOffset now)
    {
        var last = view.Pods.OrderBy(pod => pod.LastSeenSeconds).FirstOrDefault();
        var silent = TimeSpan.FromSeconds(view.LastSeenSeconds ?? view.OldestSeconds!.Value);
        var waiting = string.Create(CultureInfo.InvariantCulture, $"{view.Queued:N0} jobs wait");
        return PodAlerts.NothingSeen(last?.Name, now - silent, now, waiting);
    }
}
