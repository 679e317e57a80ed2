namespace Serverless.Protocol;

/// <summary>What a pod says of itself, for people to look at. None of it decides anything but <see cref="Interruptible"/>, without
/// which it is not counted how often pods are taken, and <see cref="State"/>: one that drains or stops is lent nothing.</summary>
public sealed record PodFacts
{
    /// <summary>What the agent is doing.</summary>
    public required PodState State { get; init; }

    /// <summary>The agent's version.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Whose machine it is: <c>runpod</c>, <c>aws</c>, <c>google</c>, <c>azure</c>, or another word.</summary>
    public string? Provider { get; init; }

    /// <summary>The provider's name of the machine type.</summary>
    public string? MachineType { get; init; }

    /// <summary>The GPU, as its maker calls it.</summary>
    public string? Gpu { get; init; }

    /// <summary>How many of it.</summary>
    public int? GpuCount { get; init; }

    /// <summary>Where it stands.</summary>
    public string? Region { get; init; }

    /// <summary>Whether the provider may take it away; null when nobody knows.</summary>
    public bool? Interruptible { get; init; }

    /// <summary>How often the agent has started its worker again since the agent started.</summary>
    public int WorkerRestarts { get; init; }

    /// <summary>How many notices of an interruption the agent has seen since it started.</summary>
    public int Interruptions { get; init; }

    /// <summary>How long the agent has been up, in seconds.</summary>
    public double UptimeSeconds { get; init; }
}

/// <summary>What an agent is doing.</summary>
public enum PodState
{
    /// <summary>Its worker is not ready yet.</summary>
    Starting,

    /// <summary>It waits for work.</summary>
    Idle,

    /// <summary>It holds a job.</summary>
    Working,

    /// <summary>It finishes what it holds and takes nothing more.</summary>
    Draining,

    /// <summary>The provider will take the machine, or somebody stopped the agent: it gives back what it holds.</summary>
    Stopping,

    /// <summary>Its worker has been started again too often; it waits for a person.</summary>
    Unhealthy,
}
