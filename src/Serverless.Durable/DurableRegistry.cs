using System.Text.Json;

namespace Serverless.Durable;

/// <summary>What an engine can run, by name, and how values are written down.</summary>
public sealed class DurableRegistry
{
    private readonly Dictionary<string, Func<IOrchestrator>> _orchestrators = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<IActivity>> _activities = new(StringComparer.Ordinal);

    /// <summary>Creates a registry.</summary>
    /// <param name="serialization">Must know every input, output and event type (a source-generated resolver).</param>
    public DurableRegistry(JsonSerializerOptions serialization)
    {
        ArgumentNullException.ThrowIfNull(serialization);
        Serialization = serialization;
    }

    /// <summary>How inputs, outputs, events and custom status are written.</summary>
    public JsonSerializerOptions Serialization { get; }

    /// <summary>The registered orchestrators.</summary>
    public IReadOnlyDictionary<string, Func<IOrchestrator>> Orchestrators => _orchestrators;

    /// <summary>The registered activities.</summary>
    public IReadOnlyDictionary<string, Func<IActivity>> Activities => _activities;

    /// <summary>Registers an orchestrator; the factory is called once for every time an instance is loaded.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public DurableRegistry AddOrchestrator(string name, Func<IOrchestrator> factory)
    {
        _orchestrators.Add(name, factory);
        return this;
    }

    /// <summary>Registers an activity; the factory is called once a call.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public DurableRegistry AddActivity(string name, Func<IActivity> factory)
    {
        _activities.Add(name, factory);
        return this;
    }
}
