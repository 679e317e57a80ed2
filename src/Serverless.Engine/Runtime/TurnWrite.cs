using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Replay;
using Serverless.Engine.Storage;
using Serverless.Sqlite;

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
internal sealed class TurnWrite : Write<WriteStatements>
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
            db.SetInput.Execute(Key, Bytes(input), RowChecksums.Payload(Key, RowPart.Input, input.Span));
        }

        var position = HistoryPosition.Of(Key, SegmentNumber);
        db.InsertSegment.Execute(position, HistoryPosition.Checksum(position, Events), Events);
        if (CustomStatus is { } status)
            db.SetCustomStatus.Execute(Key, Bytes(status), RowChecksums.Payload(Key, RowPart.CustomStatus, status.Span));
        foreach (var child in Children) Insert(db, child);
        foreach (var child in ReportedChildren) db.MarkReported.Execute(child);

        // Nobody but this instance knows that a child was refused: a start must look at it again.
        if (Turn.Segment.Completion is null && Children.Any(child => child.IdIsTaken)) KeepActive(db);
    }

    private RowState StateWith(int openActivities) =>
        new(Status, Now.ToUnixTimeMilliseconds(), openActivities, ToMilliseconds(NextTimer), Cascade: false);

    private void KeepActive(WriteStatements db)
    {
        var state = StateWith(OpenActivities + 1);
        db.KeepActive.Execute(Key, state.OpenActivities, RowChecksums.State(Key, state));
    }

    private bool TryWriteRow(WriteStatements db)
    {
        if (Turn.Segment.Completion is { } end) return TryEnd(db, end);
        var state = StateWith(OpenActivities);
        return db.AdvanceInstance.Execute(
            Key, (int)state.Status, state.UpdatedAt, state.OpenActivities, state.WakeAt, RowChecksums.State(Key, state),
            IsFirst ? 1 : 0) > 0;
    }

    private bool TryEnd(WriteStatements db, ExecutionCompleted end)
    {
        var cascade = Turn.Segment.Inbound.Any(inbound => inbound is ExecutionTerminated { Recursive: true });
        var state = new RowState(end.Status, Now.ToUnixTimeMilliseconds(), OpenActivities: 0, WakeAt: null, cascade);
        var failure = end.Failure is null ? null : FailureJson.ToBytes(end.Failure);
        if (db.EndInstance.Execute(
            Key, (int)state.Status, state.UpdatedAt, Bytes(end.Output), failure, cascade ? 1 : 0,
            RowChecksums.State(Key, state),
            RowChecksums.Payload(Key, RowPart.Output, end.Output.Span),
            RowChecksums.Payload(Key, RowPart.Failure, failure),
            IsFirst ? 1 : 0) == 0) return false;
        db.LiveInstances--;
        return true;
    }

    private void Insert(WriteStatements db, NewChild child)
    {
        var decision = child.Decision;
        child.IdIsTaken = !db.TryInsert(
            child.Keys, decision.InstanceId, decision.Name, Now.ToUnixTimeMilliseconds(), Bytes(decision.Input));
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
