using Serverless.Core.Results;

namespace Serverless.Core.Storage;

/// <summary>
/// Turns the checkpoints of a run into its ordered results, on one way through the manifest: what stands in memory does
/// not grow with the run.
/// </summary>
internal sealed class Aggregation(
    IObjectStore objects,
    RunLayout layout,
    int maxOpen = Limits.MaxOpenObjects,
    string scratch = RunLayout.MergedFolder,
    string? notRun = null)
{
    public async Task<AggregateInfo> RunAsync(CancellationToken cancellationToken)
    {
        AggregateInfo? info = null;
        await MergeAsync(
            write => WriteBothAsync(async (results, failures, token) => info = await write(results, failures, token), cancellationToken),
            cancellationToken);
        return info!;
    }

    /// <summary>Writes what there is so far, without the reasons, and stores nothing that stays.</summary>
    public Task WritePartialAsync(Stream target, CancellationToken cancellationToken) => MergeAsync(
        async write =>
        {
            using var results = new ObjectWriter(target);
            using var failures = new ObjectWriter(Stream.Null);
            await write(results, failures, cancellationToken);
        },
        cancellationToken);

    private async Task MergeAsync(
        Func<Func<ObjectWriter, ObjectWriter, CancellationToken, Task<AggregateInfo>>, Task> deliver, CancellationToken cancellationToken)
    {
        var plan = await new PlanFile(objects, layout).ReadAsync(cancellationToken)
            ?? throw new RunStoreException($"The object {layout.Plan} is not in the store: the run was not planned.");
        try
        {
            var parts = await ReduceAsync(PartsOf(plan), cancellationToken);
            await using var manifest = await LineReader.OpenAsync(objects, layout.Manifest, cancellationToken);
            await using var merge = new CheckpointMerge(objects, parts);
            var tooLarge = plan.TooLarge.ToDictionary(large => large.Index, large => large.Bytes);
            await deliver(async (results, failures, token) =>
            {
                var rows = new ResultRows(results, failures, tooLarge, notRun);
                await JoinAsync(manifest, merge, rows, token);
                return await rows.FinishAsync(layout.Results, token);
            });
        }
        finally
        {
            await objects.DeleteAsync(layout.Merged(scratch), CancellationToken.None);
        }
    }

    /// <summary>The failures appear first, so that results never stand without the reasons for their nulls.</summary>
    private Task WriteBothAsync(
        Func<ObjectWriter, ObjectWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
        => objects.WriteAsync(
            layout.Results,
            async (resultStream, outer) =>
            {
                using var results = new ObjectWriter(resultStream);
                await objects.WriteAsync(
                    layout.Failures,
                    async (failureStream, inner) =>
                    {
                        using var failures = new ObjectWriter(failureStream);
                        await write(results, failures, inner);
                    },
                    outer);
            },
            cancellationToken);

    private static async Task JoinAsync(
        LineReader manifest, CheckpointMerge merge, ResultRows rows, CancellationToken cancellationToken)
    {
        var more = await merge.MoveNextAsync(cancellationToken);
        while (await manifest.MoveNextAsync(cancellationToken))
        {
            while (more && merge.Current.Index < manifest.Index) more = await merge.MoveNextAsync(cancellationToken);
            var checkpoint = more && merge.Current.Index == manifest.Index ? merge.Current : (Checkpoint?)null;
            rows.Add(manifest, checkpoint);
            await rows.FlushIfFullAsync(cancellationToken);
        }
    }

    private List<MergePart> PartsOf(RunPlan plan)
        => plan.Chunks
            .Select((chunk, number) => new MergePart(number, chunk.First, chunk.Last, layout.Chunk(number)))
            .Skip(plan.Since)
            .ToList();

    /// <summary>Merges parts in rounds until few enough are open at once. Contiguous plans need none.</summary>
    private async Task<List<MergePart>> ReduceAsync(List<MergePart> parts, CancellationToken cancellationToken)
    {
        for (var round = 0; MergePart.CountOverlapping(parts) > maxOpen; round++)
        {
            var merged = new List<MergePart>();
            foreach (var batch in parts.Chunk(maxOpen))
            {
                var name = layout.MergedPart(scratch, round, merged.Count);
                await MergeAsync(batch, name, cancellationToken);
                merged.Add(new MergePart(
                    merged.Count, batch.Min(part => part.First), batch.Max(part => part.Last), name));
            }

            parts = merged;
        }

        return parts;
    }

    private async Task MergeAsync(MergePart[] parts, string name, CancellationToken cancellationToken)
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
}
