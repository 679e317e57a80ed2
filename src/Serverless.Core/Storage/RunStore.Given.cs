using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Core.Flashpoints;

namespace Serverless.Core.Storage;

/// <summary>What attempts are given that cannot be read off what is missing.</summary>
public sealed partial class RunStore
{
    /// <summary>What an attempt beside another is given: what is missing when it is first asked for, and the same ever after,
    /// whatever the other attempt answers meanwhile.</summary>
    public async Task<IReadOnlyList<ChunkEntry>> ReadGivenAsync(
        int chunk, int attempt, IndexRange range, CancellationToken cancellationToken)
    {
        var name = _layout.Given(chunk, attempt);
        if (await ReadAllAsync(name, cancellationToken) is not { } json)
        {
            var missing = await ReadMissingAsync(chunk, cancellationToken);
            int[] indexes = [.. missing.Select(entry => entry.Index).Where(range.Contains)];
            json = JsonSerializer.SerializeToUtf8Bytes(indexes, RunPlanJson.Default.Int32Array);
            await objects.WriteAsync(name, async (target, token) => await target.WriteAsync(json, token), cancellationToken);
        }

        var given = JsonSerializer.Deserialize(json, RunPlanJson.Default.Int32Array)!.ToHashSet();
        return [.. (await ReadChunkAsync(chunk, cancellationToken)).Where(entry => given.Contains(entry.Index))];
    }

    /// <summary>Stores flashpoints of a chunk as one JSON array, for a job to fetch that cannot carry them. What is there
    /// already is not written again.</summary>
    public async Task<ClaimCheck> ShareAsync(int chunk, IReadOnlyList<ChunkEntry> entries, CancellationToken cancellationToken)
    {
        var content = FlashpointJson.WriteArray(entries.Select(entry => entry.Flashpoint));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        var name = _layout.Shared(chunk, sha256);
        if (!await objects.ListAsync(name, cancellationToken).AnyAsync(cancellationToken))
            await objects.WriteAsync(name, async (target, token) => await target.WriteAsync(content, token), cancellationToken);
        return new ClaimCheck(name, content.Length, sha256);
    }
}
