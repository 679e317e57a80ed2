using System.Text.Json;
using Microsoft.DurableTask;
using Serverless.Durable;
using PortFailure = Serverless.Durable.TaskFailedException;

namespace Serverless.Functions.Durable;

/// <summary>Runs the registry's orchestrators on Durable Task.</summary>
public sealed class Orchestrations(DurableRegistry registry)
{
    /// <summary>Runs, or replays, an instance of the orchestrator whose name the context bears. For orchestration triggers.</summary>
    /// <exception cref="InvalidOperationException">Nobody registered it.</exception>
    public Task<object?> RunAsync(TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var name = context.Name.Name;
        if (!registry.Orchestrators.TryGetValue(name, out var factory))
            throw new InvalidOperationException($"No orchestrator '{name}' is registered.");
        var orchestrator = factory();
        return RunAsync(registry, orchestrator, context, Read(context.GetInput<JsonElement>(), orchestrator.InputType));
    }

    /// <summary>An orchestrator for a worker outside of Functions.</summary>
    internal static ITaskOrchestrator ToTask(DurableRegistry registry, IOrchestrator orchestrator) =>
        new OrchestratorTask(registry, orchestrator);

    private object? Read(JsonElement input, Type type) =>
        input.ValueKind == JsonValueKind.Undefined ? null : input.Deserialize(registry.Serialization.GetTypeInfo(type));

    private static async Task<object?> RunAsync(
        DurableRegistry registry, IOrchestrator orchestrator, TaskOrchestrationContext context, object? input)
    {
        try
        {
            return await orchestrator.RunAsync(new DurableTaskContext(context, registry.Serialization), input);
        }
        catch (PortFailure e)
        {
            throw Failures.ToDurableTask(e);
        }
    }

    private sealed class OrchestratorTask(DurableRegistry registry, IOrchestrator orchestrator) : ITaskOrchestrator
    {
        public Type InputType => orchestrator.InputType;

        public Type OutputType => orchestrator.OutputType;

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) =>
            Orchestrations.RunAsync(registry, orchestrator, context, input);
    }
}
