using Serverless.Durable;
using Serverless.Engine.History;

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

    public required ReadOnlyMemory<byte> StoredInput { get; init; }

    public required ReadOnlyMemory<byte> StoredOutput { get; init; }

    public required ReadOnlyMemory<byte> StoredCustomStatus { get; init; }

    public required ReadOnlyMemory<byte> StoredFailure { get; init; }

    /// <summary>The parts that do not match their checksums.</summary>
    public IReadOnlyList<RowPart> Damaged { get; init; } = [];

    /// <exception cref="EngineException">It is not what was written. So for the others.</exception>
    public ReadOnlyMemory<byte> Input => Sound(RowPart.Input, StoredInput);

    public ReadOnlyMemory<byte> Output => Sound(RowPart.Output, StoredOutput);

    public ReadOnlyMemory<byte> CustomStatus => Sound(RowPart.CustomStatus, StoredCustomStatus);

    public FailureDetails? Failure => Sound(RowPart.Failure, StoredFailure) is { IsEmpty: false } json
        ? FailureJson.FromBytes(json.Span)
        : null;

    public bool Reported { get; init; }

    public bool Cascade { get; init; }

    /// <summary>The database, for messages.</summary>
    public required string DatabasePath { get; init; }

    /// <exception cref="EngineException">That part is not what was written.</exception>
    public void ThrowIfDamaged(RowPart part)
    {
        if (Damaged.Contains(part)) throw Damage(DatabasePath, Id, part);
    }

    public static EngineException Damage(string path, string id, RowPart part) => new(
        EngineErrorKind.Corrupt,
        $"The database '{path}' is damaged: {RowChecksums.Name(part)} of instance '{id}' does not match its checksum. " +
        "Restore the database from a copy.");

    private ReadOnlyMemory<byte> Sound(RowPart part, ReadOnlyMemory<byte> stored)
    {
        ThrowIfDamaged(part);
        return stored;
    }
}
