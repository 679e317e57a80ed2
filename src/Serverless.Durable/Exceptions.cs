namespace Serverless.Durable;

/// <summary>An instance of that id is already there.</summary>
public sealed class OrchestrationAlreadyExistsException(string instanceId, OrchestrationRuntimeStatus status)
    : Exception($"An instance '{instanceId}' already exists and is {status}.")
{
    /// <summary>The id.</summary>
    public string InstanceId { get; } = instanceId;

    /// <summary>The state of the instance that holds it.</summary>
    public OrchestrationRuntimeStatus RuntimeStatus { get; } = status;
}

/// <summary>No instance has that id.</summary>
public sealed class InstanceNotFoundException(string instanceId) : Exception($"There is no instance '{instanceId}'.")
{
    /// <summary>The id.</summary>
    public string InstanceId { get; } = instanceId;
}

/// <summary>
/// The orchestrator asked for something else than its history says. Its code changed while the instance was running,
/// or it looked at something that differs between replays (a clock, a random number, the outside world).
/// </summary>
public sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
