using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>How the work on a job ended, as it is kept until the coordinator knows.</summary>
internal sealed record JobEnd
{
    /// <summary>What the handler returned; left out when there is nothing to hand over.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public RawJson Output { get; init; }

    /// <summary>What went wrong; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Who is at fault.</summary>
    public WorkFault Fault { get; init; }

    /// <summary>Why it is given back; null when it is not.</summary>
    public ReleaseReason? Released { get; init; }

    /// <summary>The provider's notice, when that is why.</summary>
    public InterruptionNotice? Notice { get; init; }

    /// <summary>The newest checkpoint within the job.</summary>
    public CheckpointClaim? Checkpoint { get; init; }

    /// <summary>How long the worker held it.</summary>
    public double? Seconds { get; init; }
}
