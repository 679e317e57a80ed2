using System.Security.Cryptography;

namespace Serverless.Agent.Checkpoints;

/// <summary>Brings a checkpoint from its store into the program's folder. It appears there whole, or not at all.</summary>
internal sealed class CheckpointRestore(CheckpointStore store, CheckpointFolder folder)
{
    /// <summary>Hidden, so that it is no checkpoint itself.</summary>
    private const string Unfinished = ".restoring";

    /// <summary>Whether it lies there already, byte for byte.</summary>
    public async Task<bool> IsThereAsync(CheckpointManifest manifest, CancellationToken cancellationToken)
    {
        if (folder.Find(manifest.Name) is not { } local || local.IsFolder != manifest.IsFolder) return false;
        if (!local.Files.Select(file => (file.Path, file.Bytes)).SequenceEqual(manifest.Files.Select(file => (file.Path, file.Bytes))))
            return false;
        foreach (var (file, wanted) in local.Files.Zip(manifest.Files))
        {
            await using var stream = File.OpenRead(file.FullPath);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)) != wanted.Sha256) return false;
        }

        return true;
    }

    /// <summary>Downloads it, in place of what has its name.</summary>
    /// <exception cref="CheckpointDamagedException">A block is gone, or not what it was.</exception>
    /// <exception cref="IOException">The store did not answer, or the disk is full.</exception>
    public async Task RunAsync(CheckpointManifest manifest, CancellationToken cancellationToken)
    {
        CheckPaths(manifest);
        var temporary = folder.PathOf(Unfinished);
        Directory.CreateDirectory(folder.FullPath);
        Delete(temporary);
        Directory.CreateDirectory(temporary);
        try
        {
            var root = Path.Combine(temporary, manifest.Name);
            foreach (var file in manifest.Files)
                await DownloadAsync(manifest, file, manifest.IsFolder ? Path.Combine(root, file.Path) : root, cancellationToken);
            var target = folder.PathOf(manifest.Name);
            Delete(target);
            if (manifest.IsFolder) Directory.Move(root, target);
            else File.Move(root, target);
        }
        finally
        {
            Delete(temporary);
        }
    }

    private async Task DownloadAsync(
        CheckpointManifest manifest, CheckpointFile file, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            foreach (var block in file.Blocks)
            {
                await using var source = await store.OpenBlockAsync(manifest.Number, block.Sha256, cancellationToken);
                await CopyAsync(source, target, block, whole, cancellationToken);
            }
        }

        if (Convert.ToHexStringLower(whole.GetHashAndReset()) != file.Sha256)
            throw new CheckpointDamagedException($"{file.Path} has another digest than it had");
        File.SetLastWriteTimeUtc(path, manifest.SavedAt.UtcDateTime);
    }

    private static async Task CopyAsync(
        Stream source, FileStream target, CheckpointBlock block, IncrementalHash whole, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        var total = 0L;
        int count;
        while ((count = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if ((total += count) > block.Bytes) break;
            digest.AppendData(buffer.AsSpan(0, count));
            whole.AppendData(buffer.AsSpan(0, count));
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        if (total != block.Bytes)
            throw new CheckpointDamagedException($"block {block.Sha256[..12]} is not {block.Bytes} bytes long any more");
        if (Convert.ToHexStringLower(digest.GetHashAndReset()) != block.Sha256)
            throw new CheckpointDamagedException($"block {block.Sha256[..12]} has another digest than it had");
    }

    /// <summary>Who can write to the store must not write to the rest of this disk.</summary>
    private static void CheckPaths(CheckpointManifest manifest)
    {
        var isSafe = IsSafe(manifest.Name) && manifest.Name != Unfinished
            && manifest.Files.All(file => file.Path.Split('/').All(IsSafe));
        if (!isSafe) throw new CheckpointDamagedException("its manifest has a path that leaves the checkpoint's folder");
    }

    private static bool IsSafe(string segment) =>
        segment is not ("" or "." or "..") && segment.IndexOfAny(['/', '\\', ':', '\0']) < 0;

    private static void Delete(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
    }
}
