namespace Serverless.Core.Planning;

/// <summary>
/// Longest processing time first: each flashpoint, the heaviest first, goes to the chunk that is lightest so far. The
/// heaviest chunk is at most 4/3 of what the best plan could reach.
/// </summary>
internal static class LongestFirst
{
    public static IEnumerable<IndexList> Share(
        IReadOnlyList<FlashpointSize> sizes, IndexList flashpoints, int chunkCount, int maxCount)
    {
        var members = new List<int>[chunkCount];
        var lightest = new PriorityQueue<int, (long Weight, int Count, int Chunk)>(chunkCount);
        for (var chunk = 0; chunk < chunkCount; chunk++)
        {
            members[chunk] = [];
            lightest.Enqueue(chunk, (0, 0, chunk));
        }

        foreach (var index in HeaviestFirst(sizes, flashpoints))
        {
            lightest.TryDequeue(out var chunk, out var load);
            members[chunk].Add(index);
            load = (load.Weight + sizes[index].Weight, load.Count + 1, chunk);
            if (load.Count < maxCount) lightest.Enqueue(chunk, load);
        }

        foreach (var member in members) member.Sort();
        return members.Select(IndexList.Of);
    }

    /// <summary>Equal weights stay in order, so that the plan depends on nothing but its input.</summary>
    private static IEnumerable<int> HeaviestFirst(IReadOnlyList<FlashpointSize> sizes, IndexList flashpoints)
    {
        var keys = new long[flashpoints.Count];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = ((long)(int.MaxValue - sizes[flashpoints[i]].Weight) << 32) | (uint)flashpoints[i];
        Array.Sort(keys);
        return keys.Select(key => (int)(uint)key);
    }
}
