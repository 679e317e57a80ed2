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
        Names.CheckName(orchestratorName, nameof(orchestratorName));
        return await ScheduleAsync(
            orchestratorName, engine.Payloads.Write(input, "input"), options ?? new StartOrchestrationOptions(), cancellation);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var row = Find(instanceId);
        var options = new StartOrchestrationOptions { InstanceId = restartWithNewInstanceId ? null : instanceId };
        return await ScheduleAsync(row.Name, row.Input, options, cancellation);
    }

    public override Task<IReadOnlyList<OrchestrationHistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default) =>
        Task.FromResult(HistoryListing.Read(engine.Reader, Find(instanceId)));

    public override Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Names.CheckInstanceId(instanceId);
        return Task.FromResult(engine.Reader.Find(instanceId) is { } row ? Listing.ToMetadata(row, getInputsAndOutputs) : null);
    }

    public override Task<OrchestrationPage> ListInstancesAsync(
        OrchestrationQuery query, CancellationToken cancellation = default) =>
        Task.FromResult(Listing.Read(engine.Reader, query));

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Names.CheckInstanceId(instanceId);
        while (true)
        {
            // Asked for before looking, so that an end in between is not missed.
            var ended = engine.Waiters.Wait(instanceId);
            var status = engine.Reader.Status(instanceId);
            if (status is { } live && !live.IsEnded())
            {
                await ended.WaitAsync(cancellation);
            }
            else
            {
                // The end may be on the disk and not told yet. What is posted now is looked at after that.
                if (engine.Instances.Holds(instanceId)) await WakeAsync(instanceId).WaitAsync(cancellation);
                engine.Waiters.Complete(instanceId);
            }

            var row = engine.Reader.Find(instanceId) ?? throw new InstanceNotFoundException(instanceId);
            if (row.Status.IsEnded()) return Listing.ToMetadata(row, getInputsAndOutputs);
        }
    }

    public override Task<bool> RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Names.CheckName(eventName, nameof(eventName));
        return PostAsync(instanceId, new EventRaised(eventName, engine.Payloads.Write(eventPayload, "event")), cancellation);
    }

    public override Task<bool> TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new TerminateInstanceOptions();
        var output = engine.Payloads.Write(options.Output, "output");
        return PostAsync(instanceId, new ExecutionTerminated(output, options.Recursive), cancellation);
    }

    public override Task<bool> SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, new ExecutionSuspended(reason), cancellation);

    public override Task<bool> ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, new ExecutionResumed(reason), cancellation);

    public override async Task<bool> RewindInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        Names.CheckInstanceId(instanceId);
        if (new Rewind(engine).Plan(instanceId) is not { } write) return false;
        await engine.Commits.WriteAsync(write);
        if (!write.Done) return false;
        foreach (var rewound in write.Instances)
        {
            engine.Running.Forgive(rewound.Keys.Key);
            engine.Instances.Post(rewound.Id, default);
        }

        return true;
    }

    public override async Task<int> PurgeInstanceAsync(
        string instanceId, bool recursive = false, CancellationToken cancellation = default)
    {
        Names.CheckInstanceId(instanceId);
        var write = new PurgeWrite(instanceId, recursive);
        await engine.Commits.WriteAsync(write);
        if (write.Live is { } live)
            throw new InvalidOperationException($"Instance '{live}' has not ended; terminate it before purging it.");
        return write.Purged;
    }

    private async Task<string> ScheduleAsync(
        string orchestratorName, ReadOnlyMemory<byte> payload, StartOrchestrationOptions options, CancellationToken cancellation)
    {
        if (!engine.Registry.Orchestrators.ContainsKey(orchestratorName))
            throw new ArgumentException($"No orchestrator named '{orchestratorName}' is registered.", nameof(orchestratorName));
#pragma warning disable RS0030 // An id is wanted that nobody has ever had; nothing replays it.
        var id = options.InstanceId ?? Guid.NewGuid().ToString("N");
#pragma warning restore RS0030
        Names.CheckInstanceId(id);
        if (options.InstanceId is not null) RefuseDuplicate(id, engine.Reader.Status(id), options);
        var replacing = 0L;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var key = engine.NextKey();
            var birth = NewRoot(id, orchestratorName, payload, options, new InstanceKeys(key, key, Parent: null), replacing);
            if (await TryScheduleAsync(id, birth)) return id;
            var creation = birth.Creation!;
            if (creation.IsBeyondLimit) throw TooManyInstances();
            if (creation.TakenBy is { } holder)
            {
                RefuseDuplicate(id, holder.Status, options);
                replacing = holder.Key;
            }

            // Asked for all at once, awaited in turn: so the simulation keeps to its one thread.
            var ending = creation.InTheWay.Select(live => TerminateInstanceAsync(live, cancellation: cancellation)).ToList();
            foreach (var end in ending) await end;
        }
    }

    /// <exception cref="InstanceNotFoundException">There is none of that id.</exception>
    private InstanceRow Find(string instanceId)
    {
        Names.CheckInstanceId(instanceId);
        return engine.Reader.Find(instanceId) ?? throw new InstanceNotFoundException(instanceId);
    }

    private Birth NewRoot(
        string id,
        string name,
        ReadOnlyMemory<byte> input,
        StartOrchestrationOptions options,
        InstanceKeys keys,
        long replacing)
    {
        var bytes = input.IsEmpty ? null : input.ToArray();
        var creation = new ScheduleWrite(keys, id, name, bytes, engine.Now, options.DedupeStatuses, replacing, engine.Bounds.LiveInstances);
        return new Birth(keys, name, input, creation, new AwaitedDelivery());
    }

    /// <returns>False when something is in the way; <see cref="Birth.Creation"/> says what.</returns>
    private async Task<bool> TryScheduleAsync(string id, Birth birth)
    {
        var creation = birth.Creation!;
        if (engine.Instances.TryStart(id, birth)) return await ((AwaitedDelivery)birth.Begun!).Task;

        // Something of that id is in memory: an instance, one that is just leaving, or an early event for this one.
        await engine.Commits.WriteAsync(creation);
        if (creation.IsRefused) return false;
        await WakeAsync(id);
        return true;
    }

    /// <summary>Has an instance look whether there is anything to do; completes when it has, and has told what came of it.</summary>
    private Task<bool> WakeAsync(string instanceId)
    {
        var woken = new AwaitedDelivery();
        engine.Instances.Post(instanceId, new Delivery(null, woken));
        return woken.Task;
    }

    private InvalidOperationException TooManyInstances() => new(
        $"{engine.Bounds.LiveInstances:N0} instances have not ended, as many as are allowed. Schedule more once some have, " +
        "or terminate what nobody needs.");

    private static void RefuseDuplicate(string id, OrchestrationRuntimeStatus? status, StartOrchestrationOptions options)
    {
        if (status is { } taken && options.DedupeStatuses.Contains(taken))
            throw new OrchestrationAlreadyExistsException(id, taken);
    }

    private Task<bool> PostAsync(string instanceId, InboundEvent inbound, CancellationToken cancellation)
    {
        Names.CheckInstanceId(instanceId);
        var delivery = new AwaitedDelivery();
        engine.Instances.Post(instanceId, new Delivery(inbound, delivery));
        return delivery.Task.WaitAsync(cancellation);
    }
}
