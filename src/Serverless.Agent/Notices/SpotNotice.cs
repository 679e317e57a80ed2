using Serverless.Protocol;

namespace Serverless.Agent.Notices;

/// <summary>What a provider has said about the machine.</summary>
/// <param name="Kind">Who says so, and how: <c>aws-instance-action</c>, <c>aws-rebalance</c>, <c>google-preempted</c>,
/// <c>azure-preempt</c>, <c>runpod-sigterm</c>.</param>
/// <param name="Text">The same for people.</param>
/// <param name="Deadline">UTC. When the machine goes; null when nobody says.</param>
public sealed record SpotNotice(string Kind, string Text, DateTimeOffset? Deadline)
{
    /// <summary>Whether the machine only may be taken, sooner than others: nothing has to end yet.</summary>
    public bool IsAdvice { get; init; }

    /// <summary>What the provider calls the event, where it has to be acknowledged.</summary>
    internal string? EventId { get; init; }

    /// <summary>As the host is told.</summary>
    internal InterruptionNotice ToWire(DateTimeOffset now) => new()
    {
        Kind = Kind,
        SecondsLeft = Deadline is { } deadline ? Math.Max(0, (deadline - now).TotalSeconds) : null,
    };
}
