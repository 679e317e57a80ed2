using Serverless.Core.Jobs;

namespace Serverless.Core.Watching;

/// <summary>
/// How jobs ended that nobody has asked after yet, so that an end is not fetched twice. What does not fit, or waits too long,
/// is dropped: then it is asked for again. Not thread-safe.
/// </summary>
internal sealed class SeenEnds
{
    /// <summary>Bytes of outputs that are kept.</summary>
    private const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>Ends that are kept.</summary>
    private const int MaxCount = 20_000;

    private readonly Dictionary<string, JobSnapshot> _ends = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private long _bytes;

    public void Keep(string jobId, JobSnapshot end)
    {
        _ends[jobId] = end;
        _order.Enqueue(jobId);
        _bytes += Bytes(end);
        while ((_bytes > MaxBytes || _order.Count > MaxCount) && _order.TryDequeue(out var oldest)) Drop(oldest);
    }

    public JobSnapshot? Take(string jobId)
    {
        if (!_ends.Remove(jobId, out var end)) return null;
        _bytes -= Bytes(end);
        return end;
    }

    public void Drop(string jobId) => Take(jobId);

    private static long Bytes(JobSnapshot end) => end.Output?.Length ?? 0;
}
