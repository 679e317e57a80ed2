using Serverless.Core.Runs;
using Serverless.Durable;

namespace Serverless.Core.Alerts;

/// <summary>Gives alerts to the durable engine, which sees to each channel by itself: once it has taken one, no crash loses it,
/// and the same alert is taken once.</summary>
public sealed class AlertDispatch(DurableClient client, AlertRouting routing)
{
    /// <summary>Takes an alert. When this returns, it is durable.</summary>
    /// <returns>On how many channels it is new.</returns>
    public async Task<int> RaiseAsync(Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        if (alert.Link is null && alert.Run is { } run) alert = alert with { Link = routing.LinkTo(run.RunId) };
        var raised = 0;
        foreach (var channel in routing.ChannelsFor(alert.Event))
        {
            if (await ScheduleAsync(new AlertDelivery(alert, channel.Name), cancellationToken)) raised++;
        }

        return raised;
    }

    /// <summary>The alerts about a subject that are still to be sent; about any when it is null.</summary>
    public async Task<IReadOnlyList<string>> FindOpenAsync(string? subject, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            Name = Names.SendAlerts,
            InstanceIdPrefix = Names.AlertPrefix(subject),
            Statuses = OrchestrationQuery.Live,
        };
        var open = new List<string>();
        do
        {
            var page = await client.ListInstancesAsync(query, cancellationToken);
            open.AddRange(page.Values.Select(instance => instance.InstanceId));
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
        return open;
    }

    private async Task<bool> ScheduleAsync(AlertDelivery delivery, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions
        {
            InstanceId = Names.Alert(delivery.Alert, delivery.Channel),
            DedupeStatuses = Enum.GetValues<OrchestrationRuntimeStatus>(),
        };
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(Names.SendAlerts, delivery, options, cancellationToken);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }
}
