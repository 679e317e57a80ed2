namespace Serverless.Core.Storage;

/// <summary>Checkpoints that a merge reads: those of a chunk, or those of many chunks merged before.</summary>
/// <param name="Order">Lower ones win when both have a good result.</param>
/// <param name="First">No checkpoint has a lower index.</param>
/// <param name="Last">No checkpoint has a higher index.</param>
/// <param name="Prefix">Their objects' names begin with it.</param>
internal readonly record struct MergePart(int Order, int First, int Last, string Prefix)
{
    /// <summary>How many parts are open at once at most, when each is open from its first index to its last.</summary>
    public static int CountOverlapping(IEnumerable<MergePart> parts)
    {
        var most = 0;
        var open = new PriorityQueue<int, int>();
        foreach (var part in parts.OrderBy(part => part.First))
        {
            while (open.TryPeek(out _, out var last) && last < part.First) open.Dequeue();
            open.Enqueue(part.Order, part.Last);
            most = Math.Max(most, open.Count);
        }

        return most;
    }
}
