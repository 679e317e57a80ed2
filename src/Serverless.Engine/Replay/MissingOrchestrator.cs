using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Engine.Replay;

/// <summary>Stands in for an orchestrator that nobody registered: the instance fails and says so.</summary>
internal sealed class MissingOrchestrator(string name) : IOrchestrator
{
    public Type InputType => typeof(JsonElement);

    public Type OutputType => typeof(object);

    public Task<object?> RunAsync(OrchestrationContext context, object? input) =>
        throw new OrchestratorNotFoundException(name);
}

/// <summary>No orchestrator of that name is registered. Its failure carries Durable Task's word, not its type name.</summary>
internal sealed class OrchestratorNotFoundException(string name)
    : Exception($"No orchestrator named '{name}' is registered.")
{
    public FailureDetails ToFailure() => new("OrchestratorTaskNotFound", Message);
}
