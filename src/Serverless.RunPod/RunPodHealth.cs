using System.Text.Json.Serialization;

namespace Serverless.RunPod;

/// <summary>An endpoint's gauges. A hint only: RunPod may answer from a cache, even for an endpoint that is
/// gone.</summary>
public sealed record RunPodHealth
{
    /// <summary>Jobs by state.</summary>
    public JobCounts Jobs { get; init => field = value ?? new(); } = new();

    /// <summary>Workers by state.</summary>
    public WorkerCounts Workers { get; init => field = value ?? new(); } = new();

    /// <summary>Jobs by state. The ended ones are totals since a time that RunPod does not tell.</summary>
    public sealed record JobCounts
    {
        /// <summary>Ended well.</summary>
        public int Completed { get; init; }

        /// <summary>Ended badly.</summary>
        public int Failed { get; init; }

        /// <summary>Held by a worker.</summary>
        public int InProgress { get; init; }

        /// <summary>Waiting for a worker.</summary>
        public int InQueue { get; init; }

        /// <summary>Dispatched again after a worker was lost.</summary>
        public int Retried { get; init; }
    }

    /// <summary>Workers by state.</summary>
    public sealed record WorkerCounts
    {
        /// <summary>Up, without a job.</summary>
        public int Idle { get; init; }

        /// <summary>Starting.</summary>
        public int Initializing { get; init; }

        /// <summary>Able to take a job at once.</summary>
        public int Ready { get; init; }

        /// <summary>Holding a job.</summary>
        public int Running { get; init; }

        /// <summary>Waiting for a GPU to be free.</summary>
        public int Throttled { get; init; }

        /// <summary>Failing to start. If these are all there is, jobs only queue.</summary>
        public int Unhealthy { get; init; }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunPodHealth))]
internal sealed partial class RunPodJsonContext : JsonSerializerContext;
