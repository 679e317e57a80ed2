using System.Text.Json;
using Serverless.Core.Planning;

namespace Serverless.Core.Storage;

/// <summary>What chunks a run has. Written after their inputs, so that a chunk that is listed can be read.</summary>
internal sealed class PlanFile(IObjectStore objects, RunLayout layout)
{
    public async Task<RunPlan?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var source = await objects.OpenReadAsync(layout.Plan, cancellationToken);
        if (source is null) return null;
        try
        {
            return await JsonSerializer.DeserializeAsync(source, RunPlanJson.Default.RunPlan, cancellationToken);
        }
        catch (JsonException failure)
        {
            throw new RunStoreException($"The object {layout.Plan} is damaged: {failure.Message}", failure);
        }
    }

    public Task WriteAsync(RunPlan plan, CancellationToken cancellationToken)
        => objects.WriteAsync(
            layout.Plan,
            (target, token) => JsonSerializer.SerializeAsync(target, plan, RunPlanJson.Default.RunPlan, token),
            cancellationToken);

    /// <summary>The plan with more chunks, or null when it has these already.</summary>
    /// <param name="stored">What is there.</param>
    /// <param name="plan">The chunks to add.</param>
    /// <param name="firstChunk">The index of the first of them.</param>
    /// <param name="since">The first chunk that counts from now on.</param>
    /// <exception cref="RunStoreException">They do not follow on what is there.</exception>
    public static RunPlan? Extend(RunPlan? stored, ChunkPlan plan, int firstChunk, int since)
    {
        List<StoredChunk> have = [.. stored?.Chunks ?? []];
        var added = plan.Chunks
            .Select(chunk => new StoredChunk(chunk.Flashpoints.First, chunk.Flashpoints.Last, chunk.Flashpoints.Count))
            .ToList();
        if (stored?.Since == since && have.Skip(firstChunk).Take(added.Count).SequenceEqual(added)) return null;
        if (firstChunk != have.Count)
            throw new RunStoreException($"Chunks from {firstChunk} on cannot be written: the run has {have.Count} "
                + "chunks, and they are others. Clear its results first.");
        if (have.Count + added.Count > Limits.MaxChunks)
            throw new RunStoreException($"The run has {have.Count:N0} chunks; with {added.Count:N0} more it would pass "
                + $"{Limits.MaxChunks:N0}.");
        return new RunPlan
        {
            Chunks = [.. have, .. added],
            Since = since,
            TooLarge = (stored?.TooLarge ?? [])
                .UnionBy(plan.TooLarge, large => large.Index)
                .OrderBy(large => large.Index)
                .ToList(),
        };
    }
}
