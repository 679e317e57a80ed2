using Serverless.Core.Storage;

namespace Serverless.Agent.Checkpoints;

/// <summary>The checkpoints of one program in a store: each has a number, blocks under their digests, and a manifest, written
/// last.</summary>
/// <param name="objects">Where they are.</param>
internal sealed class CheckpointStore(IObjectStore objects)
{
    private const int MaxManifestBytes = 64 * 1024 * 1024;

    /// <summary>What is there, the newest first. What has no manifest stands where it would with one of the newest generation.</summary>
    /// <exception cref="IOException">The store did not answer.</exception>
    public async Task<IReadOnlyList<StoredNumber>> ListAsync(CancellationToken cancellationToken)
    {
        var numbers = new HashSet<long>();
        var complete = new List<StoredNumber>();
        await foreach (var name in objects.ListAsync(CheckpointNames.All, cancellationToken))
        {
            if (CheckpointNames.Parse(name) is not { } parsed) continue;
            numbers.Add(parsed.Number);
            if (parsed.Generation is { } generation) complete.Add(new StoredNumber(parsed.Number, true, generation));
        }

        var newest = complete.Count == 0 ? 0 : complete.Max(stored => stored.Generation);
        var others = numbers.Except(complete.Select(stored => stored.Number)).Select(number => new StoredNumber(number, false));
        return
        [
            .. complete.Concat(others)
                .OrderByDescending(stored => stored.IsComplete ? stored.Generation : newest)
                .ThenByDescending(stored => stored.Number),
        ];
    }

    /// <exception cref="CheckpointDamagedException">There is none, or it is not as it was written.</exception>
    /// <exception cref="IOException">The store did not answer.</exception>
    public async Task<CheckpointManifest> ReadManifestAsync(StoredNumber stored, CancellationToken cancellationToken)
    {
        var name = CheckpointNames.Manifest(stored.Number, stored.Generation);
        await using var stream = await objects.OpenReadAsync(name, cancellationToken)
            ?? throw new CheckpointDamagedException("its manifest is gone");
        using var json = new MemoryStream();
        await CopyAsync(stream, json, MaxManifestBytes, cancellationToken);
        var manifest = CheckpointManifest.Read(json.GetBuffer().AsSpan(0, (int)json.Length));
        return (manifest.Number, manifest.Generation) == (stored.Number, stored.Generation)
            ? manifest
            : throw new CheckpointDamagedException($"its manifest is that of checkpoint {manifest.Number}");
    }

    public Task WriteManifestAsync(CheckpointManifest manifest, CancellationToken cancellationToken) => objects.WriteAsync(
        CheckpointNames.Manifest(manifest.Number, manifest.Generation),
        async (target, token) => await target.WriteAsync(manifest.Write(), token), cancellationToken);

    /// <summary>The digests of the blocks that are there already: of an upload that was broken off.</summary>
    public async Task<HashSet<string>> BlocksAsync(long number, CancellationToken cancellationToken)
    {
        var prefix = CheckpointNames.Blocks(number);
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var name in objects.ListAsync(prefix, cancellationToken)) found.Add(name[prefix.Length..]);
        return found;
    }

    public Task WriteBlockAsync(long number, string sha256, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        objects.WriteAsync(
            CheckpointNames.Block(number, sha256), async (target, token) => await target.WriteAsync(bytes, token), cancellationToken);

    /// <exception cref="CheckpointDamagedException">There is none.</exception>
    public async Task<Stream> OpenBlockAsync(long number, string sha256, CancellationToken cancellationToken) =>
        await objects.OpenReadAsync(CheckpointNames.Block(number, sha256), cancellationToken)
        ?? throw new CheckpointDamagedException($"block {sha256[..12]} is gone");

    /// <summary>Deletes all of a number. The manifests go first: half of a checkpoint is none.</summary>
    public async Task DeleteAsync(long number, CancellationToken cancellationToken)
    {
        await objects.DeleteAsync(CheckpointNames.Manifests(number), cancellationToken);
        await objects.DeleteAsync(CheckpointNames.Of(number).TrimEnd('/'), cancellationToken);
    }

    private static async Task CopyAsync(Stream source, Stream target, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var total = 0;
        int count;
        while ((count = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if ((total += count) > maxBytes) throw new CheckpointDamagedException($"its manifest is longer than {maxBytes} bytes");
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}

/// <summary>A number that something is stored under.</summary>
/// <param name="Number">The number.</param>
/// <param name="IsComplete">Whether its manifest was written.</param>
/// <param name="Generation">By what owner; 0 when that is not known.</param>
internal readonly record struct StoredNumber(long Number, bool IsComplete, long Generation = 0);
