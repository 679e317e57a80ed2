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
}
