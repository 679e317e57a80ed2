using System.Collections.Concurrent;

namespace Serverless.Engine.Runtime;

/// <summary>The instances that are in memory. One that nobody wrote to for a while leaves; the next event brings it
/// back.</summary>
internal sealed class InstanceTable : IDisposable
{
    /// <summary>The machine's timers do not reach further than 49 days.</summary>
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(1);

    private readonly EngineCore _engine;
    private readonly TimeSpan _idleTimeout;
    private readonly ConcurrentDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly ITimer _sweeper;

    public InstanceTable(EngineCore engine, TimeSpan idleTimeout)
    {
        _engine = engine;
        _idleTimeout = idleTimeout;
        var period = idleTimeout < LongestPeriod ? idleTimeout : LongestPeriod;
        _sweeper = engine.Time.CreateTimer(static table => ((InstanceTable)table!).Sweep(), this, period, period);
    }

    /// <summary>How many instances are in memory.</summary>
    public int Count => _instances.Count;

    /// <summary>Whether an instance is in memory.</summary>
    public bool Holds(string instanceId) => _instances.ContainsKey(instanceId);

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
    public bool TryStart(string instanceId, Birth birth)
    {
        var instance = new Instance(_engine, instanceId, birth);
        if (!_instances.TryAdd(instanceId, instance)) return false;
        instance.Begin();
        return true;
    }

    /// <summary>Begins a child whose row its parent has just committed.</summary>
    public void StartChild(NewChild child)
    {
        var decision = child.Decision;
        if (!TryStart(decision.InstanceId, new Birth(child.Keys, decision.Name, decision.Input)))
            Post(decision.InstanceId, default);
    }

    public void Remove(Instance instance) => _instances.TryRemove(KeyValuePair.Create(instance.Id, instance));

    public void Dispose() => _sweeper.Dispose();

    private void Sweep()
    {
        var before = _engine.Now - _idleTimeout;
        foreach (var instance in _instances.Values) instance.LeaveIfIdleSince(before);
    }
}
