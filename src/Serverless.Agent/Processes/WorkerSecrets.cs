namespace Serverless.Agent.Processes;

/// <summary>What the agent knows and its worker need not: whoever can run code there could speak for the pod.</summary>
internal static class WorkerSecrets
{
    /// <summary>The names that a worker's environment lacks.</summary>
    public static readonly IReadOnlyList<string> Names = ["COORDINATOR_KEY", "AGENT_ALERT_URL"];
}
