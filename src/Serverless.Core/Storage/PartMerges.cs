namespace Serverless.Core.Storage;

/// <summary>Merges parts of checkpoints into objects.</summary>
/// <param name="objects">The store.</param>
/// <param name="layout">The run's names.</param>
/// <param name="scratch">Where what is merged on the way lies: a name of one caller's own.</param>
/// <param name="maxOpen">Objects that are open at once at most.</param>
internal sealed class PartMerges(IObjectStore objects, RunLayout layout, string scratch, int maxOpen = Limits.MaxOpenObjects)
{
    /// <summary>Merges parts in rounds until few enough are open at once. Contiguous plans need none.</summary>
    public async Task<List<MergePart>> ReduceAsync(List<MergePart> parts, CancellationToken cancellationToken)
    {
        for (var round = 0; MergePart.CountOverlapping(parts) > maxOpen; round++)
        {
            var merged = new List<MergePart>();
            foreach (var batch in parts.Chunk(maxOpen))
            {
                var name = layout.MergedPart(scratch, round, merged.Count);
                await WriteAsync(batch, name, cancellationToken);
                merged.Add(new MergePart(
                    merged.Count, batch.Min(part => part.First), batch.Max(part => part.Last), name));
            }

            parts = merged;
        }

        return parts;
    }

    /// <summary>Writes the checkpoints of some parts, few enough to be open at once, as one object.</summary>
    public async Task WriteAsync(IReadOnlyList<MergePart> parts, string name, CancellationToken cancellationToken)
    {
        await using var merge = new CheckpointMerge(objects, parts);
        await objects.WriteAsync(
            name,
            async (target, token) =>
            {
                using var writer = new ObjectWriter(target);
                while (await merge.MoveNextAsync(token))
                {
                    var (index, id, result, error) = merge.Current;
                    StoredLines.WriteCheckpoint(writer.Buffer, index, id, result is { } json ? json.Span : [], error);
                    await writer.FlushIfFullAsync(token);
                }

                await writer.FinishAsync(name, token);
            },
            cancellationToken);
    }

    /// <summary>Deletes what was merged on the way.</summary>
    public Task ClearAsync() => objects.DeleteAsync(layout.Merged(scratch), CancellationToken.None);
}
