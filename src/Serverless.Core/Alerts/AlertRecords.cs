using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Alerts;

/// <summary>What is kept of alerts that were made.</summary>
internal sealed class AlertRecords(DurableClient client, IObjectStore objects)
{
    /// <summary>Deletes those about a subject; what is still to be sent is not sent any more. A run that gets the same id again
    /// later is another one, of which people are told.</summary>
    public async Task DeleteAsync(string subject, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            Name = Names.SendAlerts,
            InstanceIdPrefix = Names.AlertPrefix(subject),
            FetchInputsAndOutputs = true,
        };
        while (await client.ListInstancesAsync(query, cancellationToken) is { Values.Count: > 0 } page)
        {
            foreach (var instance in page.Values) await DeleteAsync(instance, cancellationToken);
        }
    }

    private async Task DeleteAsync(OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        if (!instance.RuntimeStatus.IsEnded())
        {
            await client.TerminateInstanceAsync(instance.InstanceId, new TerminateInstanceOptions("purged"), cancellationToken);
            await client.WaitForInstanceCompletionAsync(instance.InstanceId, cancellation: cancellationToken);
        }

        if (instance.ReadInputAs(RunJson.Default.AlertDelivery) is { } delivery)
            await new AlertMark(objects, delivery.Alert.Id, delivery.Channel).DeleteAsync(cancellationToken);
        await client.PurgeInstanceAsync(instance.InstanceId, recursive: true, cancellationToken);
    }
}
