using System.Text.Json.Serialization;

namespace Serverless.Protocol;

/// <summary>The worker has ended the job. Its lease ends with it.</summary>
public sealed record CompleteRequest
{
    /// <summary>Who calls.</summary>
    public required PodIdentity Identity { get; init; }

    /// <summary>The right to the job.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>What the handler returned, as RunPod would store it: <c>{"results":[…]}</c> or a bare list, for the flashpoints of
    /// the lease's input. Left out when every result was sent by <c>/results</c>. Results that were sent count before those in
    /// here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RawJson Output { get; init; }

    /// <summary>How long the worker held the job, in seconds.</summary>
    public double? ExecutionSeconds { get; init; }
}

/// <summary>The job did not work out. Its lease ends with it; what was sent by <c>/results</c> stays.</summary>
public sealed record FailRequest
{
    /// <summary>Who calls.</summary>
    public required PodIdentity Identity { get; init; }

    /// <summary>The right to the job.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public required string Error { get; init; }

    /// <summary>Who is at fault.</summary>
    public required WorkFault Fault { get; init; }

    /// <summary>How long the worker held the job, in seconds.</summary>
    public double? ExecutionSeconds { get; init; }
}

/// <summary>Who is at fault that a job did not work out.</summary>
public enum WorkFault
{
    /// <summary>Nobody can say.</summary>
    Unknown,

    /// <summary>The handler said no: it raised, or answered with an error for the whole job.</summary>
    Handler,

    /// <summary>The worker process died or hung under the job, and the pod lives on.</summary>
    Worker,

    /// <summary>The job took longer than it may.</summary>
    TimeLimit,
}

/// <summary>The pod gives the job back undone. Its lease ends with it; what was sent by <c>/results</c> stays, and the job waits
/// for another pod. It uses up no attempt of the job.</summary>
public sealed record ReleaseRequest
{
    /// <summary>Who calls.</summary>
    public required PodIdentity Identity { get; init; }

    /// <summary>The right to the job.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>Why.</summary>
    public required ReleaseReason Reason { get; init; }

    /// <summary>The same in words, for people.</summary>
    public string? Text { get; init; }

    /// <summary>The provider's notice, when that is the reason.</summary>
    public InterruptionNotice? Notice { get; init; }

    /// <summary>The newest checkpoint within the job, validated and uploaded; null when there is none.</summary>
    public CheckpointClaim? Checkpoint { get; init; }

    /// <summary>How long the worker held the job, in seconds.</summary>
    public double? ExecutionSeconds { get; init; }
}

/// <summary>Why a job is given back.</summary>
public enum ReleaseReason
{
    /// <summary>The provider announced that it takes the machine.</summary>
    Interruption,

    /// <summary>The host said so.</summary>
    Told,

    /// <summary>Somebody stopped the agent.</summary>
    Shutdown,

    /// <summary>The worker cannot be had: it did not start, or was started again too often.</summary>
    NoWorker,
}

/// <summary>The answer to <see cref="CompleteRequest"/>, <see cref="FailRequest"/> and <see cref="ReleaseRequest"/>; the same again when
/// the call is repeated.</summary>
/// <param name="State">Where the job stands after it.</param>
public sealed record EndReply(WorkState State);

/// <summary>Where a job stands.</summary>
public enum WorkState
{
    /// <summary>It waits for a pod.</summary>
    Queued,

    /// <summary>A pod holds it.</summary>
    Running,

    /// <summary>It has not worked out, and is not tried again.</summary>
    Failed,

    /// <summary>It is done.</summary>
    Completed,
}
