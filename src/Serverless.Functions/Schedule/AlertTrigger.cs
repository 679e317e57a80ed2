using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Alerts;
using Serverless.Core.Alerts;
using Serverless.Functions.Durable;

namespace Serverless.Functions.Schedule;

/// <summary>Looks now and then for runs that failed or were terminated, which cannot tell anybody themselves.</summary>
public sealed class AlertTrigger(AlertSweep sweep, AlertChannels channels, BoundDurableClient bound)
{
    /// <summary>Has people told of what is found. Without anybody to tell nothing is looked for.</summary>
    [Function("alerts")]
    public Task RunAsync(
        [TimerTrigger("15 */5 * * * *", RunOnStartup = false)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        bound.Use(client);
        return channels.Routing.Channels.Count == 0 ? Task.CompletedTask : sweep.RunAsync(cancellationToken);
    }
}
