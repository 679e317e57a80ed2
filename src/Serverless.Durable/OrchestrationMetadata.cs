using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Durable;

/// <summary>What a client may know of an instance.</summary>
public sealed record OrchestrationMetadata
{
    /// <summary>The orchestrator's registered name.</summary>
    public required string Name { get; init; }

    /// <summary>The instance's id.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Where it stands.</summary>
    public required OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>When it was scheduled, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its history last grew, UTC.</summary>
    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>The instance that started it, or null for a root.</summary>
    public string? ParentInstanceId { get; init; }

    /// <summary>Its input as JSON; null when not asked for.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>Its output as JSON; null when not asked for or not there.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>What it showed last, as JSON; null when not asked for or not there.</summary>
    public string? SerializedCustomStatus { get; init; }

    /// <summary>Why it failed.</summary>
    public FailureDetails? FailureDetails { get; init; }

    /// <summary>Reads the input.</summary>
    public T? ReadInputAs<T>(JsonTypeInfo<T> type) => Read(SerializedInput, type);

    /// <summary>Reads the output.</summary>
    public T? ReadOutputAs<T>(JsonTypeInfo<T> type) => Read(SerializedOutput, type);

    /// <summary>Reads what it showed last.</summary>
    public T? ReadCustomStatusAs<T>(JsonTypeInfo<T> type) => Read(SerializedCustomStatus, type);

    private static T? Read<T>(string? json, JsonTypeInfo<T> type) =>
        json is null ? default : JsonSerializer.Deserialize(json, type);
}
