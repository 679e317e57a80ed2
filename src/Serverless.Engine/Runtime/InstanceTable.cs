using System.Collections.Concurrent;

namespace Serverless.Engine.Runtime;

/// <summary>The instances that are in memory. One that nobody wrote to for a while leaves; the next event brings it
/// back.</summary>
internal sealed class InstanceTable : IDisposable
{
    private readonly EngineCore _engine;
    private readonly TimeSpan _idleTimeout;
    private readonly ConcurrentDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly ITimer _sweeper;

    public InstanceTable(EngineCore engine, TimeSpan idleTimeout)
    {
        _engine = engine;
        _idleTimeout = idleTimeout;
        _sweeper = engine.Time.CreateTimer(static table => ((InstanceTable)table!).Sweep(), this, idleTimeout, idleTimeout);
    }

    /// <summary>How many instances are in memory.</summary>
    public int Count => _instances.Count;

    /// <summary>Puts something into an instance's inbox, bringing the instance into memory if need be.</summary>
    public void Post(string instanceId, in Delivery delivery)
    {
        while (!_instances.GetOrAdd(instanceId, static (id, engine) => new Instance(engine, id), _engine).TryPost(delivery))
        {
            // It is just leaving memory; the next look finds a new one.
            Thread.Yield();
        }
    }

    /// <summary>Begins an instance of which nobody has heard yet.</summary>
    /// <returns>False when something of that id is in memory.</returns>
    public bool TryStart(Instance instance, in Delivery first) =>
        _instances.TryAdd(instance.Id, instance) && instance.TryPost(first);

    /// <summary>Begins a child whose row its parent has just committed.</summary>
    public void StartChild(NewChild child)
    {
        var instance = new Instance(_engine, child.Decision.InstanceId);
        instance.BeFresh(child.Keys, child.Decision.Name, child.Decision.Input, creation: null);
        if (!TryStart(instance, default)) Post(instance.Id, default);
    }

    public void Remove(Instance instance) => _instances.TryRemove(KeyValuePair.Create(instance.Id, instance));

    public void Dispose() => _sweeper.Dispose();

    private void Sweep()
    {
        var before = _engine.Now - _idleTimeout;
        foreach (var instance in _instances.Values) instance.LeaveIfIdleSince(before);
    }
}
