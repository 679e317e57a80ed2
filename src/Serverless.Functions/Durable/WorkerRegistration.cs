using Microsoft.DurableTask;
using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>What a registry holds, for a Durable Task worker outside of Functions.</summary>
public static class WorkerRegistration
{
    /// <summary>Registers every orchestrator and activity under its name.</summary>
    public static void AddAll(this DurableTaskRegistry tasks, DurableRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(registry);
        foreach (var (name, factory) in registry.Orchestrators)
            tasks.AddOrchestrator(name, () => Orchestrations.ToTask(registry, factory()));
        foreach (var (name, factory) in registry.Activities)
            tasks.AddActivity(name, _ => Activities.ToTask(factory()));
    }
}
