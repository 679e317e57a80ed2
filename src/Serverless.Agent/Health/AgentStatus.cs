using Serverless.Agent.Checkpoints;
using Serverless.Agent.Supervision;

namespace Serverless.Agent.Health;

/// <summary>What <c>/health</c> tells.</summary>
internal sealed record AgentStatus
{
    /// <summary>healthy or unhealthy.</summary>
    public required string Status { get; init; }

    public string Service { get; } = "fanout-agent";

    public required string Version { get; init; }

    /// <summary>Why it is unhealthy.</summary>
    public string? Reason { get; init; }

    /// <summary>Null when the agent starts none.</summary>
    public WorkerStatus? Worker { get; init; }

    /// <summary>The newest in the store; null when there is none.</summary>
    public CheckpointStatus? Checkpoint { get; init; }

    /// <summary>What the provider said so far, by number.</summary>
    public int Notices { get; init; }

    /// <summary>Jobs that are held; null without a coordinator.</summary>
    public int? Jobs { get; init; }

    /// <summary>Whether the coordinator answers; null without one.</summary>
    public bool? Online { get; init; }
}

/// <summary>The worker in it.</summary>
internal sealed record WorkerStatus
{
    public required string State { get; init; }

    public int? Pid { get; init; }

    public DateTimeOffset? LastSignAt { get; init; }

    public int? LastExitCode { get; init; }

    /// <summary>Since the agent started.</summary>
    public int Restarts { get; init; }

    /// <summary>Those of the last hour.</summary>
    public required IReadOnlyList<DateTimeOffset> RestartTimes { get; init; }

    /// <summary>Restarts after which it lived, over all restarts; null when there were none.</summary>
    public double? RecoveryRate { get; init; }

    public static WorkerStatus Of(Watchdog watchdog) => new()
    {
        State = watchdog.Health.State switch
        {
            WorkerState.GivenUp => "given_up",
            var state => state.ToString().ToLowerInvariant(),
        },
        Pid = watchdog.Health.ProcessId,
        LastSignAt = watchdog.Health.LastSignAt,
        LastExitCode = watchdog.Health.LastExitCode,
        Restarts = watchdog.Restarts.Total,
        RestartTimes = watchdog.Restarts.Recent,
        RecoveryRate = watchdog.Restarts.Total == 0 ? null : (double)watchdog.Health.Recoveries / watchdog.Restarts.Total,
    };
}

/// <summary>The checkpoint in it.</summary>
internal sealed record CheckpointStatus(long Number, long Step, string Name, long Bytes, DateTimeOffset SavedAt)
{
    public static CheckpointStatus? Of(CheckpointManifest? manifest) => manifest is null
        ? null
        : new(manifest.Number, manifest.Step, manifest.Name, manifest.Bytes, manifest.SavedAt);
}
