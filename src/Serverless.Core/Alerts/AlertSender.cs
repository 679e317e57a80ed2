using Serverless.Core.Storage;

namespace Serverless.Core.Alerts;

/// <summary>
/// Sends an alert on a channel once. That it is about to be sent is stored before it is, and what came of it after: so when a
/// process dies in between, the next one knows that it may have arrived. A channel that knows repeats gets it again then, any
/// other does not.
/// </summary>
public sealed class AlertSender(IObjectStore objects, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Sends it, or says what came of it before.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Asks to stop: a send that has begun gets some time more, so that it is known what came of
    /// it.</param>
    public async Task<AlertAnswer> SendAsync(IAlertChannel channel, Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(alert);
        var mark = new AlertMark(objects, alert.Id, channel.Name);
        if (await mark.ReadAsync(cancellationToken) is { } before && Settled(before, channel) is { } settled) return settled;
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var asked = cancellationToken.Register(() => late.CancelAfter(Grace));
        await mark.WriteAsync(AlertMark.Sending, cancellationToken);
        var answer = await channel.SendAsync(alert, late.Token);
        await mark.WriteAsync(answer, late.Token);
        return answer;
    }

    /// <summary>Forgets what came of an alert: made again, it is sent again.</summary>
    public Task ForgetAsync(Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return objects.DeleteAsync(AlertMark.PrefixOf(alert.Id), cancellationToken);
    }

    /// <summary>What is known of a send before; null when it is to be sent (again).</summary>
    private static AlertAnswer? Settled(AlertAnswer before, IAlertChannel channel)
    {
        if (before.Outcome == AlertOutcome.NotYet) return null;
        return before.Outcome == AlertOutcome.Unknown && channel.KnowsRepeats ? null : before;
    }
}
