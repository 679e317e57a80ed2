using Serverless.Engine.History;

namespace Serverless.Engine.Replay;

/// <summary>What a turn came to.</summary>
/// <param name="Segment">What the history gains.</param>
/// <param name="CustomStatus">The JSON newly shown, or null when it did not change.</param>
/// <param name="Next">Set when the instance starts over: its history is replaced.</param>
internal sealed record Turn(Segment Segment, ReadOnlyMemory<byte>? CustomStatus, NextExecution? Next);

/// <summary>How an instance that starts over begins again.</summary>
internal sealed record NextExecution(ReadOnlyMemory<byte> Input, IReadOnlyList<InboundEvent> Inbound);
