using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Serverless.Core.Storage;

/// <summary>
/// What is stored for the chunks of a group together: which they are, and, once the group has ended, all that they have stored
/// themselves, so that nobody has to open the objects of a million chunks one after the other.
/// </summary>
internal sealed class GroupFiles(IObjectStore objects, RunLayout layout)
{
    /// <summary>Notes which chunks the groups of a plan have.</summary>
    /// <param name="plan">The run's plan, with them.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WritePlanAsync(RunPlan plan, IReadOnlyList<ChunkRange> groups, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Limits.MaxConcurrentWrites,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(groups, options, async (group, cancelled) =>
        {
            StoredChunk[] chunks = [.. Enumerable.Range(group.First, group.Count).Select(chunk => plan.Chunks[chunk])];
            await objects.WriteAsync(
                layout.GroupChunks(group),
                (target, token) => JsonSerializer.SerializeAsync(target, chunks, RunPlanJson.Default.StoredChunkArray, token),
                cancelled);
        });
    }

    /// <exception cref="RunStoreException">The group is not there, or damaged.</exception>
    public async Task<IReadOnlyList<StoredChunk>> ReadAsync(ChunkRange group, CancellationToken cancellationToken)
    {
        var name = layout.GroupChunks(group);
        await using var source = await objects.OpenReadAsync(name, cancellationToken)
            ?? throw new RunStoreException($"The object {name} is not in the store.");
        try
        {
            return (await JsonSerializer.DeserializeAsync(source, RunPlanJson.Default.StoredChunkArray, cancellationToken))!;
        }
        catch (JsonException failure)
        {
            throw new RunStoreException($"The object {name} is damaged: {failure.Message}", failure);
        }
    }

    /// <summary>Merges what the chunks of a group have stored. Whoever finds the outcomes finds the checkpoints, too.</summary>
    public async Task MergeAsync(ChunkRange group, CancellationToken cancellationToken)
    {
        var chunks = await ReadAsync(group, cancellationToken);
        var merges = new PartMerges(objects, layout, $"{RunLayout.MergedFolder}-{group.First}");
        try
        {
            var parts = chunks
                .Select((chunk, place) => new MergePart(place, chunk.First, chunk.Last, layout.Chunk(group.First + place)))
                .ToList();
            parts = await merges.ReduceAsync(parts, cancellationToken);
            await merges.WriteAsync(parts, layout.GroupCheckpoints(group), cancellationToken);
        }
        finally
        {
            await merges.ClearAsync();
        }

        await objects.WriteAsync(
            layout.GroupOutcomes(group), (target, token) => WriteOutcomesAsync(target, group, token), cancellationToken);
    }

    /// <summary>The groups that were merged, in order.</summary>
    public async Task<IReadOnlyList<ChunkRange>> ListMergedAsync(CancellationToken cancellationToken)
    {
        var groups = new List<ChunkRange>();
        await foreach (var name in objects.ListAsync(layout.Groups, cancellationToken))
        {
            if (layout.MergedGroupOf(name) is { } group) groups.Add(group);
        }

        return groups;
    }

    /// <summary>How chunks went, in order; those that have not ended are passed over.</summary>
    public async IAsyncEnumerable<byte[]> ReadOutcomesAsync(
        int firstChunk, int endChunk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = firstChunk;
        foreach (var group in await ListMergedAsync(cancellationToken))
        {
            if (group.First < next || group.End > endChunk) continue;
            await foreach (var json in ReadSingleOutcomesAsync(next, group.First, cancellationToken)) yield return json;
            await using var lines = await LineReader.OpenAsync(objects, layout.GroupOutcomes(group), cancellationToken);
            while (await lines.MoveNextAsync(cancellationToken)) yield return lines.Current.ToArray();
            next = group.End;
        }

        await foreach (var json in ReadSingleOutcomesAsync(next, endChunk, cancellationToken)) yield return json;
    }

    private async IAsyncEnumerable<byte[]> ReadSingleOutcomesAsync(
        int first, int end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var chunk = first; chunk < end; chunk++)
        {
            await using var source = await objects.OpenReadAsync(layout.Outcome(chunk), cancellationToken);
            if (source is null) continue;
            using var bytes = new MemoryStream();
            await source.CopyToAsync(bytes, cancellationToken);
            yield return bytes.ToArray();
        }
    }

    private async Task WriteOutcomesAsync(Stream target, ChunkRange group, CancellationToken cancellationToken)
    {
        await foreach (var json in ReadSingleOutcomesAsync(group.First, group.End, cancellationToken))
        {
            await target.WriteAsync(json, cancellationToken);
            await target.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }
}
