using Microsoft.DurableTask.Client;
using Serverless.Durable;
using DurableStart = Microsoft.DurableTask.StartOrchestrationOptions;
using DurableTaken = DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException;
using DurableTerminate = Microsoft.DurableTask.Client.TerminateInstanceOptions;
using Metadata = Serverless.Durable.OrchestrationMetadata;
using Query = Serverless.Durable.OrchestrationQuery;
using StartOptions = Serverless.Durable.StartOrchestrationOptions;
using Status = Serverless.Durable.OrchestrationRuntimeStatus;
using TerminateOptions = Serverless.Durable.TerminateInstanceOptions;

namespace Serverless.Functions.Durable;

/// <summary>The port's client over Durable Task's. Durable Task does not say whether an instance was there to take an event,
/// an end or a purge; so each of these looks first, which costs one read more, and may be overtaken by what happens meanwhile.
/// </summary>
public sealed class DurableTaskDurableClient(DurableTaskClient client) : DurableClient
{
    private readonly InstanceList _list = new(client);

    /// <inheritdoc/>
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        string orchestratorName, object? input = null, StartOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new StartOptions();
        var start = new DurableStart(options.InstanceId)
        {
            // An instance that continues as new is Running to every backend.
            DedupeStatuses = [.. options.DedupeStatuses.Where(status => status != Status.ContinuedAsNew).Select(status => $"{status}")],
        };
        try
        {
            return await client.ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, start, cancellation);
        }
        catch (DurableTaken)
        {
            var taken = await client.GetInstanceAsync(options.InstanceId!, false, cancellation);
            throw new OrchestrationAlreadyExistsException(options.InstanceId!, InstanceMetadata.ToPort(taken?.RuntimeStatus));
        }
    }

    /// <inheritdoc/>
    public override async Task<Metadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation);
        return instance is null ? null : await ToPortAsync(instance, getInputsAndOutputs, cancellation);
    }

    /// <inheritdoc/>
    public override Task<OrchestrationPage> ListInstancesAsync(Query query, CancellationToken cancellation = default) =>
        _list.ReadAsync(query, cancellation);

    /// <inheritdoc/>
    public override async Task<Metadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        await FindAsync(instanceId, cancellation);
        var ended = await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs, cancellation);
        return await ToPortAsync(ended, getInputsAndOutputs, cancellation);
    }

    /// <inheritdoc/>
    public override Task<bool> RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        IfLiveAsync(instanceId, () => client.RaiseEventAsync(instanceId, eventName, eventPayload, cancellation), cancellation);

    /// <inheritdoc/>
    public override async Task<bool> TerminateInstanceAsync(
        string instanceId, TerminateOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new TerminateOptions();
        var asked = new DurableTerminate(options.Output, options.Recursive);
        Task EndAsync(string id) => client.TerminateInstanceAsync(id, asked, cancellation);
        if (!await IfLiveAsync(instanceId, () => EndAsync(instanceId), cancellation)) return false;
        if (!options.Recursive) return true;

        // Not every backend ends children by itself; ending one twice does no harm.
        await foreach (var child in _list.DescendantsAsync(instanceId, InstanceList.Live, cancellation)) await EndAsync(child.InstanceId);
        return true;
    }

    /// <inheritdoc/>
    public override Task<bool> SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        IfLiveAsync(instanceId, () => client.SuspendInstanceAsync(instanceId, reason, cancellation), cancellation);

    /// <inheritdoc/>
    public override Task<bool> ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        IfLiveAsync(instanceId, () => client.ResumeInstanceAsync(instanceId, reason, cancellation), cancellation);

    /// <inheritdoc/>
    public override async Task<bool> RewindInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        var instance = await client.GetInstanceAsync(instanceId, false, cancellation);
        if (InstanceMetadata.ToPort(instance?.RuntimeStatus) != Status.Failed) return false;
        await client.RewindInstanceAsync(instanceId, reason ?? "", cancellation);
        return true;
    }

    /// <inheritdoc/>
    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var status = await FindAsync(instanceId, cancellation);
        if (!restartWithNewInstanceId && !status.IsEnded()) throw new OrchestrationAlreadyExistsException(instanceId, status);
        return await client.RestartAsync(instanceId, restartWithNewInstanceId, cancellation);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<OrchestrationHistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default)
    {
        await FindAsync(instanceId, cancellation);
        return InstanceHistory.ToPort(await client.GetOrchestrationHistoryAsync(instanceId, cancellation));
    }

    /// <inheritdoc/>
    public override async Task<int> PurgeInstanceAsync(
        string instanceId, bool recursive = false, CancellationToken cancellation = default)
    {
        if (await client.GetInstanceAsync(instanceId, false, cancellation) is not { } instance) return 0;
        if (!InstanceMetadata.ToPort(instance.RuntimeStatus).IsEnded())
            throw new InvalidOperationException($"Instance '{instanceId}' has not ended; terminate it before purging it.");
        var purged = 0;
        if (recursive)
        {
            // Not every backend purges children by itself. The root goes last: after a crash it is still there to be purged again.
            await foreach (var child in _list.DescendantsAsync(instanceId, InstanceList.Ended, cancellation))
                purged += await PurgeOneAsync(child.InstanceId, cancellation);
        }

        return purged + await PurgeOneAsync(instanceId, cancellation);
    }

    private async Task<int> PurgeOneAsync(string instanceId, CancellationToken cancellation) =>
        (await client.PurgeInstanceAsync(instanceId, new PurgeInstanceOptions(), cancellation)).PurgedInstanceCount;

    private async Task<bool> IfLiveAsync(string instanceId, Func<Task> act, CancellationToken cancellation)
    {
        var instance = await client.GetInstanceAsync(instanceId, false, cancellation);
        if (instance is null || InstanceMetadata.ToPort(instance.RuntimeStatus).IsEnded()) return false;
        await act();
        return true;
    }

    /// <exception cref="InstanceNotFoundException">There is none of that id.</exception>
    private async Task<Status> FindAsync(string instanceId, CancellationToken cancellation) =>
        await client.GetInstanceAsync(instanceId, false, cancellation) is { } instance
            ? InstanceMetadata.ToPort(instance.RuntimeStatus)
            : throw new InstanceNotFoundException(instanceId);

    /// <summary>Why an instance failed is only told with its payloads.</summary>
    private async Task<Metadata> ToPortAsync(
        Microsoft.DurableTask.Client.OrchestrationMetadata instance, bool withPayloads, CancellationToken cancellation)
    {
        var failed = InstanceMetadata.ToPort(instance.RuntimeStatus) == Status.Failed;
        var whole = failed && !withPayloads && instance.FailureDetails is null
            ? await client.GetInstanceAsync(instance.InstanceId, true, cancellation) ?? instance
            : instance;
        return InstanceMetadata.ToPort(whole, withPayloads);
    }
}
