using System.Buffers;
using Serverless.Core.Planning;

namespace Serverless.Core.Storage;

/// <summary>
/// Writes the input of each chunk. Takes as many chunks at a time as fit into a buffer, and goes back to the start of
/// the manifest only when the next ones need lines that have passed.
/// </summary>
internal sealed class ChunkInputs(
    IObjectStore objects, RunLayout layout, int bufferBytes = Limits.MaxBufferedChunkBytes)
{
    private const int MaxChunksAtOnce = 10_000;

    public async Task WriteAsync(
        IReadOnlyList<PlannedChunk> chunks, int firstChunk, CancellationToken cancellationToken)
    {
        var manifest = await OpenManifestAsync(cancellationToken);
        try
        {
            foreach (var group in Groups(chunks))
            {
                if (manifest.Index >= group.Min(chunk => chunk.Flashpoints.First))
                {
                    await manifest.DisposeAsync();
                    manifest = await OpenManifestAsync(cancellationToken);
                }

                var inputs = await CollectAsync(manifest, group, cancellationToken);
                await WriteGroupAsync(group, inputs, firstChunk, cancellationToken);
            }
        }
        finally
        {
            await manifest.DisposeAsync();
        }
    }

    private Task<LineReader> OpenManifestAsync(CancellationToken cancellationToken)
        => LineReader.OpenAsync(objects, layout.Manifest, cancellationToken);

    private IEnumerable<List<PlannedChunk>> Groups(IReadOnlyList<PlannedChunk> chunks)
    {
        var group = new List<PlannedChunk>();
        long bytes = 0;
        foreach (var chunk in chunks)
        {
            if (group.Count > 0 && (bytes + chunk.Bytes > bufferBytes || group.Count == MaxChunksAtOnce))
            {
                yield return group;
                (group, bytes) = ([], 0);
            }

            group.Add(chunk);
            bytes += chunk.Bytes;
        }

        if (group.Count > 0) yield return group;
    }

    /// <summary>Takes the lines of all these chunks on one way through the manifest.</summary>
    private static async Task<ArrayBufferWriter<byte>[]> CollectAsync(
        LineReader manifest, List<PlannedChunk> group, CancellationToken cancellationToken)
    {
        var inputs = new ArrayBufferWriter<byte>[group.Count];
        var next = new PriorityQueue<(int Chunk, int Position), int>(group.Count);
        for (var i = 0; i < group.Count; i++)
        {
            var size = group[i].Bytes + (group[i].Flashpoints.Count * (long)StoredLines.EntryOverheadBytes);
            inputs[i] = new ArrayBufferWriter<byte>(checked((int)size));
            next.Enqueue((i, 0), group[i].Flashpoints.First);
        }

        while (next.TryDequeue(out var place, out var index))
        {
            await ManifestFile.SkipToAsync(manifest, index, cancellationToken);
            StoredLines.WriteEntry(inputs[place.Chunk], index, manifest.Current.Span);
            var indexes = group[place.Chunk].Flashpoints;
            var position = place.Position + 1;
            if (position < indexes.Count) next.Enqueue((place.Chunk, position), indexes[position]);
        }

        return inputs;
    }

    private Task WriteGroupAsync(
        List<PlannedChunk> group, ArrayBufferWriter<byte>[] inputs, int firstChunk, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Limits.MaxConcurrentWrites,
            CancellationToken = cancellationToken,
        };
        return Parallel.ForAsync(0, group.Count, options, async (i, cancelled) => await objects.WriteAsync(
            layout.Input(firstChunk + group[i].Index),
            async (target, token) => await target.WriteAsync(inputs[i].WrittenMemory, token),
            cancelled));
    }
}
