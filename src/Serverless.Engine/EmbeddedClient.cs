using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Runtime;
using Serverless.Engine.Storage;

namespace Serverless.Engine;

/// <summary>The client of the embedded engine. Every call returns when what it did is on the disk.</summary>
internal sealed class EmbeddedClient(EngineCore engine) : DurableClient
{
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        string orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        CheckName(orchestratorName, nameof(orchestratorName));
        if (!engine.Registry.Orchestrators.ContainsKey(orchestratorName))
            throw new ArgumentException($"No orchestrator named '{orchestratorName}' is registered.", nameof(orchestratorName));
        options ??= new StartOrchestrationOptions();
#pragma warning disable RS0030 // An id is wanted that nobody has ever had; nothing replays it.
        var id = options.InstanceId ?? Guid.NewGuid().ToString("N");
#pragma warning restore RS0030
        CheckId(id);
        var payload = engine.Payloads.Write(input, "input");
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (await TryScheduleAsync(id, orchestratorName, payload, options)) return id;
        }
    }

    public override Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        CheckId(instanceId);
        return Task.FromResult(engine.Reader.Find(instanceId) is { } row ? Listing.ToMetadata(row, getInputsAndOutputs) : null);
    }

    public override Task<OrchestrationPage> ListInstancesAsync(
        OrchestrationQuery query, CancellationToken cancellation = default) =>
        Task.FromResult(Listing.Read(engine.Reader, query));

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        CheckId(instanceId);
        while (true)
        {
            var ended = engine.Waiters.Wait(instanceId);
            var row = engine.Reader.Find(instanceId) ?? throw new InstanceNotFoundException(instanceId);
            if (row.Status.IsEnded()) return Listing.ToMetadata(row, getInputsAndOutputs);
            await ended.WaitAsync(cancellation);
        }
    }

    public override Task<bool> RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        CheckName(eventName, nameof(eventName));
        return PostAsync(instanceId, new EventRaised(eventName, engine.Payloads.Write(eventPayload, "event")));
    }

    public override Task<bool> TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new TerminateInstanceOptions();
        var output = engine.Payloads.Write(options.Output, "output");
        return PostAsync(instanceId, new ExecutionTerminated(output, options.Recursive));
    }

    public override Task<bool> SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, new ExecutionSuspended(reason));

    public override Task<bool> ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, new ExecutionResumed(reason));

    public override async Task<bool> RewindInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        CheckId(instanceId);
        var writes = new Rewind(engine).Plan(instanceId);
        if (writes.Count == 0) return false;
        await Task.WhenAll(writes.ConvertAll(engine.Commits.WriteAsync));
        foreach (var write in writes.Where(write => write.Done)) engine.Instances.Post(write.InstanceId, default);
        return writes[0].Done;
    }

    public override async Task<int> PurgeInstanceAsync(
        string instanceId, bool recursive = false, CancellationToken cancellation = default)
    {
        CheckId(instanceId);
        var write = new PurgeWrite(instanceId, recursive);
        await engine.Commits.WriteAsync(write);
        if (write.Unfinished is { } live)
            throw new InvalidOperationException($"Instance '{live}' has not ended; terminate it before purging it.");
        return write.Purged;
    }

    /// <returns>False when something of that id is just leaving memory: try again.</returns>
    private async Task<bool> TryScheduleAsync(
        string id, string name, ReadOnlyMemory<byte> input, StartOrchestrationOptions options)
    {
        var key = engine.NextKey();
        var keys = new InstanceKeys(key, key, Parent: null);
        var write = new ScheduleWrite(
            keys, id, name, input.IsEmpty ? null : input.ToArray(), engine.Now, options.DedupeStatuses);
        var instance = new Instance(engine, id);
        instance.BeFresh(keys, name, input, write);
        var created = engine.Commits.WriteAsync(write);
        var begun = new AwaitedDelivery();
        if (!engine.Instances.TryStart(instance, new Delivery(null, begun)))
        {
            await created;
            await MakeRoomAsync(id, options, write.TakenBy);
            return write.TakenBy is null && await StartStoredAsync(id);
        }

        await created;
        if (write.TakenBy is null) return await begun.Task;
        await MakeRoomAsync(id, options, write.TakenBy);
        return false;
    }

    /// <summary>The row is there, but somebody's early event had already made an object for the id: wake that.</summary>
    private async Task<bool> StartStoredAsync(string id)
    {
        var woken = new AwaitedDelivery();
        engine.Instances.Post(id, new Delivery(null, woken));
        return await woken.Task;
    }

    /// <summary>Throws if the instance that has the id is to be kept; ends it if it is to be replaced.</summary>
    private async Task MakeRoomAsync(
        string id, StartOrchestrationOptions options, OrchestrationRuntimeStatus? takenBy)
    {
        if (takenBy is not { } status) return;
        if (options.DedupeStatuses.Contains(status)) throw new OrchestrationAlreadyExistsException(id, status);
        await TerminateInstanceAsync(id);
    }

    private async Task<bool> PostAsync(string instanceId, InboundEvent inbound)
    {
        CheckId(instanceId);
        var delivery = new AwaitedDelivery();
        engine.Instances.Post(instanceId, new Delivery(inbound, delivery));
        return await delivery.Task;
    }

    private static void CheckName(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        if (name.Length > EngineLimits.MaxNameLength)
        {
            throw new ArgumentException(
                $"The name is {name.Length} characters long; at most {EngineLimits.MaxNameLength} are allowed.", parameter);
        }
    }

    private static void CheckId(string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        if (instanceId.Length > EngineLimits.MaxInstanceIdLength)
        {
            throw new ArgumentException(
                $"The instance id is {instanceId.Length} characters long; at most {EngineLimits.MaxInstanceIdLength} are " +
                "allowed.",
                nameof(instanceId));
        }
    }
}
