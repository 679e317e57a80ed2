using Microsoft.Extensions.Logging;
using Serverless.Agent.Alerting;

namespace Serverless.Agent;

/// <summary>What the agent is given by whoever starts it.</summary>
public sealed record AgentParts
{
    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Where it logs.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Makes texts by chance.</summary>
    public required Func<string> NewId { get; init; }

    /// <summary>Environment variables by exact name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The version that the agent says it is.</summary>
    public required string Version { get; init; }

    /// <summary>Cancelled by SIGTERM or Ctrl-C.</summary>
    public required CancellationToken StopRequested { get; init; }

    /// <summary>Whether it was a person who pressed Ctrl-C.</summary>
    public required Func<bool> WasInterrupted { get; init; }

    /// <summary>Whether this process may take over its descendants' orphans. Not in a process that does other things, too.</summary>
    public bool AdoptsOrphans { get; init; }

    /// <summary>Who is told of what befalls this pod; null: nobody.</summary>
    public AlertParts? Alerts { get; init; }

    /// <summary>This machine's name: RunPod's id of the pod, else the host's name.</summary>
    internal string PodName => Environment.GetValueOrDefault(Notices.NoticeSources.RunPodVariable) is { Length: > 0 } pod
        ? pod
        : System.Environment.MachineName;

    internal bool IsRunPod => Environment.ContainsKey(Notices.NoticeSources.RunPodVariable);
}
