using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Replay;

namespace Serverless.Engine.Runtime;

/// <summary>Ends an instance whose history grows beyond its bounds.</summary>
internal static class HistoryLimit
{
    /// <summary>Why this turn must be the last; null when it need not.</summary>
    public static string? Excess(Turn turn, int number, int bytes, EngineBounds bounds)
    {
        if (bytes > bounds.SegmentBytes)
        {
            return $"One turn takes {bytes:N0} bytes of history; at most {bounds.SegmentBytes:N0} are allowed. Ask for " +
                "fewer things at once, or pass claim checks.";
        }

        if (turn.Segment.Completion is not null || number < bounds.HistorySegments - 1) return null;
        return $"The history has {bounds.HistorySegments:N0} segments, as many as are allowed. Use ContinueAsNew, or " +
            "child orchestrations.";
    }

    /// <summary>The end in place of a turn. What had come is not taken, so that the segment is small.</summary>
    public static Turn End(Turn turn, string excess)
    {
        var failure = new FailureDetails("HistoryTooLong", excess);
        var began = turn.Segment.Inbound.Where(inbound => inbound is ExecutionStarted).ToList();
        var completion = new ExecutionCompleted(OrchestrationRuntimeStatus.Failed, default, failure);
        return new Turn(new Segment(turn.Segment.At, began, [], completion), turn.CustomStatus, Next: null);
    }
}
