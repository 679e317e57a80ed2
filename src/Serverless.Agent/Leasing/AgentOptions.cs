using Serverless.Agent.Checkpoints;

namespace Serverless.Agent.Leasing;

/// <summary>An agent that takes its jobs from a coordinator.</summary>
public sealed record AgentOptions
{
    /// <summary>Where the coordinator is.</summary>
    public required Uri Coordinator { get; init; }

    /// <summary>The pod's key; null: none is shown.</summary>
    public string? Key { get; init; }

    /// <summary>The program that does each job; either this or <see cref="WorkerUrl"/>.</summary>
    public string? WorkerCommand { get; init; }

    /// <summary>The address that takes each job.</summary>
    public Uri? WorkerUrl { get; init; }

    /// <summary>The program behind <see cref="WorkerUrl"/>, which is then started, watched and started again here.</summary>
    public IReadOnlyList<string> Serve { get; init; } = [];

    /// <summary>How many jobs are held at once, from 1 to 100. Default: 1.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>The pod's name; null: RunPod's id of it, else the host's name.</summary>
    public string? Pod { get; init; }

    /// <summary>Whether the machine is one that nobody takes away. Default: false, which nobody knows.</summary>
    public bool IsOnDemand { get; init; }

    /// <summary>The folder for what the coordinator is still to be told.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Checkpoints within jobs, a folder for each job in theirs; null: there are none.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>What people call the store of those checkpoints, such as <c>s3://bucket/prefix</c>.</summary>
    public string CheckpointPlace { get; init; } = "";

    /// <summary>How the worker and the machine are watched.</summary>
    public SupervisionOptions Supervision { get; init; } = new();
}

/// <summary>How an agent ended.</summary>
public enum AgentOutcome
{
    /// <summary>The end was wanted, here or by the coordinator, and what was held was finished or given back.</summary>
    Ended,

    /// <summary>The coordinator does not want this agent: its key, its version, or another agent in its place.</summary>
    Refused,
}
