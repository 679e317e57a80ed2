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
        var merges = new PartMerges(objects, layout, scratch, maxOpen);
        try
        {
            var parts = await merges.ReduceAsync(await PartsOfAsync(plan, cancellationToken), cancellationToken);
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
            await merges.ClearAsync();
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

    /// <summary>Groups whose chunks were merged are read from there: as many objects as there are groups, and not as chunks.
    /// </summary>
    private async Task<List<MergePart>> PartsOfAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        var parts = new List<MergePart>();
        var next = plan.Since;
        foreach (var group in await new GroupFiles(objects, layout).ListMergedAsync(cancellationToken))
        {
            if (group.First < next || group.End > plan.Chunks.Count) continue;
            AddChunks(parts, plan, next, group.First);
            var spans = Enumerable.Range(group.First, group.Count).Select(chunk => plan.Chunks[chunk]);
            parts.Add(new MergePart(
                group.First, spans.Min(chunk => chunk.First), spans.Max(chunk => chunk.Last), layout.GroupCheckpoints(group)));
            next = group.End;
        }

        AddChunks(parts, plan, next, plan.Chunks.Count);
        return parts;
    }

    private void AddChunks(List<MergePart> parts, RunPlan plan, int first, int end)
    {
        for (var chunk = first; chunk < end; chunk++)
            parts.Add(new MergePart(chunk, plan.Chunks[chunk].First, plan.Chunks[chunk].Last, layout.Chunk(chunk)));
    }
}
