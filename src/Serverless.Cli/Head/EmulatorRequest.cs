namespace Serverless.Cli.Head;

/// <summary>How to serve the RunPod lookalike.</summary>
internal sealed record EmulatorRequest
{
    /// <summary>0 means any free port.</summary>
    public required int Port { get; init; }

    /// <summary>The program that handles jobs; null: the sample worker.</summary>
    public string? Worker { get; init; }

    public required int MaxWorkers { get; init; }

    public required TimeSpan ColdStart { get; init; }

    /// <summary>A file of faults to inject, or null.</summary>
    public string? FaultsFile { get; init; }

    /// <summary>How long the sample worker takes over a flashpoint at least, or null.</summary>
    public TimeSpan? TimePerFlashpoint { get; init; }

    /// <summary>How long the result of a <c>/run</c> job is kept, or null for RunPod's half hour.</summary>
    public TimeSpan? ResultRetention { get; init; }

    /// <summary>The longest output in bytes, or null for RunPod's.</summary>
    public int? ResultLimit { get; init; }

    /// <summary>How long without a job until the endpoint has no workers any more; null: never.</summary>
    public TimeSpan? DormantAfter { get; init; }
}
