namespace Serverless.Agent.Supervision;

/// <summary>Where a worker stands.</summary>
internal enum WorkerState
{
    /// <summary>It was not started yet, or gave no sign yet.</summary>
    Starting,

    /// <summary>It lives.</summary>
    Healthy,

    /// <summary>It has died and is started again.</summary>
    Restarting,

    /// <summary>It died too often: a person has to look.</summary>
    GivenUp,

    /// <summary>It has ended, and is not started again.</summary>
    Ended,
}

/// <summary>What there is to tell about a worker.</summary>
internal sealed record WorkerHealth
{
    public WorkerState State { get; init; }

    /// <summary>Its process id; null when none runs.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When it last gave a sign of life.</summary>
    public DateTimeOffset? LastSignAt { get; init; }

    /// <summary>Its last exit code.</summary>
    public int? LastExitCode { get; init; }

    /// <summary>Restarts after which it lived.</summary>
    public int Recoveries { get; init; }
}
