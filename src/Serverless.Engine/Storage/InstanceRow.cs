using Serverless.Durable;

namespace Serverless.Engine.Storage;

/// <summary>Where an instance hangs in the tree of instances.</summary>
/// <param name="Key">Its key.</param>
/// <param name="RootKey">The key of the instance at the top.</param>
/// <param name="Parent">Who awaits it, or null for a root.</param>
internal sealed record InstanceKeys(long Key, long RootKey, ParentLink? Parent);

/// <summary>Who awaits a child, and as which of its tasks.</summary>
internal sealed record ParentLink(long Key, string InstanceId, int TaskId);

/// <summary>An instance as it is stored.</summary>
internal sealed record InstanceRow
{
    public required InstanceKeys Keys { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required OrchestrationRuntimeStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public ReadOnlyMemory<byte> Input { get; init; }

    public ReadOnlyMemory<byte> Output { get; init; }

    public ReadOnlyMemory<byte> CustomStatus { get; init; }

    public FailureDetails? Failure { get; init; }

    public bool Reported { get; init; }

    public bool Cascade { get; init; }
}
