using System.Text.Json.Serialization;

namespace Serverless.Protocol.Hosting;

/// <summary>How the queue and its pods stand, for people.</summary>
public sealed record QueueView
{
    /// <summary>Jobs that wait for a pod.</summary>
    public required int Queued { get; init; }

    /// <summary>Jobs that a pod holds.</summary>
    public required int Running { get; init; }

    /// <summary>Jobs that have been completed, as far as they are still kept.</summary>
    public required int Completed { get; init; }

    /// <summary>Jobs that failed for good or were cancelled, as far as they are still kept.</summary>
    public required int Failed { get; init; }

    /// <summary>How long the oldest of those that wait has waited, in seconds; null when none waits.</summary>
    public double? OldestSeconds { get; init; }

    /// <summary>How long ago any pod was seen, in seconds; null when none ever was.</summary>
    public double? LastSeenSeconds { get; init; }

    /// <summary>Every pod that is known, by name.</summary>
    public required IReadOnlyList<PodView> Pods { get; init; }

    /// <summary>What befell pods, newest first.</summary>
    public required IReadOnlyList<PodEvent> Events { get; init; }
}

/// <summary>A pod.</summary>
public sealed record PodView
{
    /// <summary><c>KEY-NAME/POD</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it was heard of within <see cref="WorkLimits.OfflineAfter"/>.</summary>
    public required bool Online { get; init; }

    /// <summary>How long ago it was heard of, in seconds.</summary>
    public required double LastSeenSeconds { get; init; }

    /// <summary>What it said of itself.</summary>
    public required PodFacts Facts { get; init; }

    /// <summary>What it holds.</summary>
    public required IReadOnlyList<HeldJob> Jobs { get; init; }

    /// <summary>The provider's notice; null when there is none.</summary>
    public InterruptionNotice? Notice { get; init; }

    /// <summary>What it was ordered to do, and not only until its agent ends. Left out when nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WorkCommand Order { get; init; }

    /// <summary>Jobs that it completed.</summary>
    public required int CompletedJobs { get; init; }

    /// <summary>Interruptions that it announced, over all starts of its agent.</summary>
    public required int Interruptions { get; init; }

    /// <summary>Jobs that it lost without a word: it crashed, or was taken without notice.</summary>
    public required int Losses { get; init; }
}

/// <summary>A job that a pod holds.</summary>
public sealed record HeldJob
{
    /// <summary>The job.</summary>
    public required string Job { get; init; }

    /// <summary>Whose it is: <c>RUN:CHUNK:ATTEMPT</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Which try this is.</summary>
    public required int Attempt { get; init; }

    /// <summary>Flashpoints with a result, as far as the host or the pod says.</summary>
    public required int Done { get; init; }

    /// <summary>All of its flashpoints.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How long it has been held, in seconds.</summary>
    public required double HeldSeconds { get; init; }

    /// <summary>The worker's own words.</summary>
    public string? Text { get; init; }
}

/// <summary>Something that befell a pod.</summary>
public sealed record PodEvent
{
    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The pod.</summary>
    public required string Pod { get; init; }

    /// <summary>What.</summary>
    public required PodEventKind Kind { get; init; }

    /// <summary>The job that it held; null when it held none, or that does not matter.</summary>
    public string? Job { get; init; }

    /// <summary>The same in words.</summary>
    public string? Text { get; init; }
}

/// <summary>What may befall a pod.</summary>
public enum PodEventKind
{
    /// <summary>It was seen for the first time, or its agent was started again.</summary>
    Started,

    /// <summary>It told of a provider's notice.</summary>
    Noticed,

    /// <summary>It gave a job back.</summary>
    Released,

    /// <summary>It said nothing for too long while it held a job, or forgot it.</summary>
    Lost,

    /// <summary>Somebody ordered it to drain or to stop, or took that back.</summary>
    Ordered,
}
