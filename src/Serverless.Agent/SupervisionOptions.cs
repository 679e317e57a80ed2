using Serverless.Agent.Notices;
using Serverless.Agent.Supervision;

namespace Serverless.Agent;

/// <summary>How a worker process and its machine are watched.</summary>
public sealed record SupervisionOptions
{
    /// <summary>When it counts as dead, and how often it is started again.</summary>
    public WatchdogOptions Watchdog { get; init; } = new();

    /// <summary>A file that the worker writes to as a sign of life. At most one of the three signs is given.</summary>
    public string? HeartbeatFile { get; init; }

    /// <summary>An address of the worker that answers 200 as a sign of life.</summary>
    public Uri? Probe { get; init; }

    /// <summary>Whether what it prints is a sign of life.</summary>
    public bool WatchesOutput { get; init; }

    /// <summary>Whose machine it is. Default: to be found out.</summary>
    public SpotProvider Provider { get; init; }

    /// <summary>The metadata server, in place of the provider's own.</summary>
    public Uri? Metadata { get; init; }

    /// <summary>Where <c>/health</c> is served; null: nowhere.</summary>
    public Uri? HealthUrl { get; init; }
}
