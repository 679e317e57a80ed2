namespace Serverless.Core.Planning;

/// <summary>Makes chunks of flashpoints. A pure function.</summary>
public static class Planner
{
    /// <summary>
    /// Shares flashpoints out. Even: neighbours together, sizes that differ by at most one, longer chunks first. By
    /// weight: longest processing time first. A chunk whose flashpoints are too many bytes is halved until they fit.
    /// </summary>
    /// <param name="sizes">The size of each flashpoint of the run, by index.</param>
    /// <param name="options">How to share out.</param>
    /// <param name="only">The indexes to plan, ascending; all when null.</param>
    /// <returns>The plan; fewer flashpoints than workers give one chunk each, none give an empty plan.</returns>
    /// <exception cref="PlanException">It would be more than <see cref="Limits.MaxChunks"/> chunks.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or <paramref name="only"/> is not a list of
    /// ascending indexes.</exception>
    public static ChunkPlan Plan(
        IReadOnlyList<FlashpointSize> sizes, PlanOptions options, IReadOnlyList<int>? only = null)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var wanted = only is null ? IndexList.Range(0, sizes.Count) : IndexList.Of(only);
        if (wanted.Count > 0)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(wanted.Last, sizes.Count, nameof(only));

        var tooLarge = FindTooLarge(sizes, wanted, options.LargestFlashpoint);
        var fitting = tooLarge.Count == 0 ? wanted : Without(wanted, tooLarge);
        var chunkCount = CountChunks(fitting.Count, options);
        var shares = options.Strategy is PlanStrategy.Even
            ? ShareEvenly(fitting, chunkCount)
            : LongestFirst.Share(sizes, fitting, chunkCount, options.ChunkSize ?? int.MaxValue);
        return new ChunkPlan(Number(shares, sizes, options.MaxChunkBytes), tooLarge, options.Strategy);
    }

    private static List<OversizedFlashpoint> FindTooLarge(
        IReadOnlyList<FlashpointSize> sizes, IndexList wanted, int maxBytes)
    {
        var found = new List<OversizedFlashpoint>();
        for (var i = 0; i < wanted.Count; i++)
        {
            var bytes = sizes[wanted[i]].Bytes;
            if (bytes > maxBytes) found.Add(new OversizedFlashpoint(wanted[i], bytes));
        }

        return found;
    }

    private static IndexList Without(IndexList wanted, List<OversizedFlashpoint> tooLarge)
    {
        var rest = new List<int>(wanted.Count - tooLarge.Count);
        var next = 0;
        foreach (var index in wanted)
        {
            if (next < tooLarge.Count && tooLarge[next].Index == index) next++;
            else rest.Add(index);
        }

        return IndexList.Of(rest);
    }

    private static int CountChunks(int flashpoints, PlanOptions options)
    {
        if (options.ChunkSize is not { } size) return Math.Min(options.Workers, flashpoints);
        var count = (int)Math.Ceiling(flashpoints / (double)size);
        if (count > Limits.MaxChunks) throw TooManyChunks(flashpoints, count);
        return count;
    }

    private static IEnumerable<IndexList> ShareEvenly(IndexList flashpoints, int chunkCount)
    {
        var start = 0;
        for (var chunk = 0; chunk < chunkCount; chunk++)
        {
            var size = (flashpoints.Count / chunkCount) + (chunk < flashpoints.Count % chunkCount ? 1 : 0);
            yield return flashpoints.Slice(start, size);
            start += size;
        }
    }

    private static List<PlannedChunk> Number(
        IEnumerable<IndexList> shares, IReadOnlyList<FlashpointSize> sizes, int maxBytes)
    {
        var chunks = new List<PlannedChunk>();
        foreach (var share in shares) AddHalved(share, sizes, maxBytes, chunks);
        if (chunks.Count > Limits.MaxChunks)
            throw TooManyChunks(chunks.Sum(chunk => chunk.Flashpoints.Count), chunks.Count);

        chunks.Sort((one, other) => one.Flashpoints.First.CompareTo(other.Flashpoints.First));
        for (var i = 0; i < chunks.Count; i++) chunks[i] = chunks[i] with { Index = i };
        return chunks;
    }

    private static void AddHalved(
        IndexList share, IReadOnlyList<FlashpointSize> sizes, int maxBytes, List<PlannedChunk> chunks)
    {
        long bytes = share.Count + 1;
        long weight = 0;
        for (var i = 0; i < share.Count; i++)
        {
            bytes += sizes[share[i]].Bytes;
            weight += sizes[share[i]].Weight;
        }

        if (bytes <= maxBytes || share.Count == 1)
        {
            chunks.Add(new PlannedChunk(0, share, bytes, weight));
            return;
        }

        var half = (share.Count + 1) / 2;
        AddHalved(share.Slice(0, half), sizes, maxBytes, chunks);
        AddHalved(share.Slice(half, share.Count - half), sizes, maxBytes, chunks);
    }

    private static PlanException TooManyChunks(int flashpoints, int chunks)
        => new($"{flashpoints:N0} flashpoints would make {chunks:N0} chunks; a run has at most {Limits.MaxChunks:N0}. "
            + "Give larger chunks, or fewer flashpoints.");
}
