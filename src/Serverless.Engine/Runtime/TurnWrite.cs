using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Replay;
using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>A child that a turn creates.</summary>
internal sealed class NewChild(ChildScheduled decision, InstanceKeys keys)
{
    public ChildScheduled Decision { get; } = decision;

    public InstanceKeys Keys { get; } = keys;

    /// <summary>Set by the commit when the id was already taken.</summary>
    public bool IdIsTaken { get; set; }
}

/// <summary>One turn's change: its segment, the instance's row, its new children, the children it has heard of.</summary>
internal sealed class TurnWrite : Write
{
    public required long Key { get; init; }

    public required int SegmentNumber { get; init; }

    public required Turn Turn { get; init; }

    public required OrchestrationRuntimeStatus Status { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required int OpenActivities { get; init; }

    public required DateTime? NextTimer { get; init; }

    public required IReadOnlyList<NewChild> Children { get; init; }

    public required IReadOnlyList<long> ReportedChildren { get; init; }

    /// <summary>Set when the instance started over: the history before is deleted and this is its input.</summary>
    public ReadOnlyMemory<byte>? NewInput { get; init; }

    /// <summary>The segment as bytes; made before the write is queued, so that the one writer need not.</summary>
    public required byte[] Events { get; init; }

    /// <summary>What the instance shows from now on; null when that did not change.</summary>
    public required ReadOnlyMemory<byte>? CustomStatus { get; init; }

    /// <summary>Makes the instance's row along with its first turn.</summary>
    public required ScheduleWrite? Creation { get; init; }

    /// <summary>Whether the instance has had no turn before.</summary>
    public required bool IsFirst { get; init; }

    /// <summary>Set by the commit when this turn never was: the id was taken, or the instance has had its first turn
    /// elsewhere, or is gone.</summary>
    public bool IsSuperseded { get; private set; }

    public override void Apply(WriteStatements db)
    {
        Creation?.Apply(db);
        if (Creation is { IsRefused: true } || !TryWriteRow(db))
        {
            IsSuperseded = true;
            return;
        }

        if (NewInput is { } input)
        {
            db.DeleteHistory.Execute(HistoryPosition.First(Key), HistoryPosition.Last(Key));
            db.SetInput.Execute(Key, Bytes(input));
        }

        var position = HistoryPosition.Of(Key, SegmentNumber);
        db.InsertSegment.Execute(position, HistoryPosition.Checksum(position, Events), Events);
        if (CustomStatus is { } status) db.SetCustomStatus.Execute(Key, Bytes(status));
        foreach (var child in Children) Insert(db, child);
        foreach (var child in ReportedChildren) db.MarkReported.Execute(child);

        // Nobody but this instance knows that a child was refused: a start must look at it again.
        if (Children.Any(child => child.IdIsTaken)) db.KeepActive.Execute(Key);
    }

    private bool TryWriteRow(WriteStatements db)
    {
        var now = Now.ToUnixTimeMilliseconds();
        var first = IsFirst ? 1 : 0;
        if (Turn.Segment.Completion is not { } end)
        {
            return db.AdvanceInstance.Execute(
                Key, (int)Status, now, OpenActivities, ToMilliseconds(NextTimer), first) > 0;
        }

        var cascade = Turn.Segment.Inbound.Any(inbound => inbound is ExecutionTerminated { Recursive: true });
        var failure = end.Failure is null ? null : FailureJson.ToBytes(end.Failure);
        if (db.EndInstance.Execute(
            Key, (int)end.Status, now, Bytes(end.Output), failure, cascade ? 1 : 0, first) == 0) return false;
        db.LiveInstances--;
        return true;
    }

    private void Insert(WriteStatements db, NewChild child)
    {
        var parent = child.Keys.Parent!;
        var inserted = db.InsertInstance.Execute(
            child.Keys.Key,
            child.Decision.InstanceId,
            child.Decision.Name,
            child.Keys.RootKey,
            parent.Key,
            parent.InstanceId,
            parent.TaskId,
            Now.ToUnixTimeMilliseconds(),
            Bytes(child.Decision.Input));
        child.IdIsTaken = inserted == 0;
        db.LiveInstances += inserted;
    }

    /// <summary>Rounded up: a timer must not fire early.</summary>
    private static long? ToMilliseconds(DateTime? at) =>
        at is null ? null : (long)Math.Ceiling((at.Value - DateTime.UnixEpoch).TotalMilliseconds);

    private static byte[]? Bytes(ReadOnlyMemory<byte> memory)
    {
        if (memory.IsEmpty) return null;
        return System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var array) &&
            array.Offset == 0 && array.Count == array.Array!.Length ? array.Array : memory.ToArray();
    }
}
