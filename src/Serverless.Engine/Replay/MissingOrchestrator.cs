using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Engine.Replay;

/// <summary>Stands in for an orchestrator that nobody registered: the instance fails and says so.</summary>
internal sealed class MissingOrchestrator(string name) : IOrchestrator
{
    public Type InputType => typeof(JsonElement);

    public Type OutputType => typeof(object);

    public Task<object?> RunAsync(OrchestrationContext context, object? input) => throw
        new OrchestratorTaskNotFoundException($"No orchestrator named '{name}' is registered.");
}

/// <summary>No orchestrator of that name is registered.</summary>
internal sealed class OrchestratorTaskNotFoundException(string message) : Exception(message);
