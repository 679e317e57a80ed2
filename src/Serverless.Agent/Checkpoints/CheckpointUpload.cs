using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Serverless.Agent.Checkpoints;

/// <summary>
/// Stores one checkpoint: its files in blocks, several at once, then the manifest. Blocks that are there already, from an upload
/// that was broken off, are not sent again.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="number">As what.</param>
/// <param name="generation">By what owner.</param>
/// <param name="blockBytes">Bytes of a block.</param>
internal sealed class CheckpointUpload(CheckpointStore store, long number, long generation, int blockBytes) : IDisposable
{
    private const int BlocksAtOnce = 3;

    private readonly SemaphoreSlim _slots = new(BlocksAtOnce);
    private readonly ConcurrentBag<byte[]> _buffers = [];
    private readonly List<Task> _writes = [];

    /// <summary>Bytes that were sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes that were there already.</summary>
    public long FoundBytes { get; private set; }

    /// <summary>Stores all of it.</summary>
    /// <param name="checkpoint">As it was seen.</param>
    /// <param name="mayEndAsync">Whether it still is so, and may still be stored, asked before the manifest is written.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>The manifest; null when it was not to be written.</returns>
    /// <exception cref="IOException">The store did not take it; what it took is found by the next try.</exception>
    public async Task<CheckpointManifest?> RunAsync(
        LocalCheckpoint checkpoint, Func<Task<bool>> mayEndAsync, CancellationToken cancellationToken)
    {
        var found = await store.BlocksAsync(number, cancellationToken);
        var files = new List<CheckpointFile>();
        try
        {
            foreach (var file in checkpoint.Files) files.Add(await SendAsync(file, found, cancellationToken));
        }
        finally
        {
            await Task.WhenAll(_writes);
        }

        if (!await mayEndAsync()) return null;
        var manifest = new CheckpointManifest
        {
            Number = number,
            Generation = generation,
            Step = checkpoint.Step ?? number,
            Name = checkpoint.Name,
            IsFolder = checkpoint.IsFolder,
            SavedAt = checkpoint.WrittenAt,
            Bytes = files.Sum(file => file.Bytes),
            Sha256 = CheckpointManifest.DigestOf(checkpoint.IsFolder, files),
            Files = files,
        };
        await store.WriteManifestAsync(manifest, cancellationToken);
        return manifest;
    }

    public void Dispose() => _slots.Dispose();

    private async Task<CheckpointFile> SendAsync(LocalFile file, HashSet<string> found, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(file.FullPath, new FileStreamOptions
        {
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        });
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var blocks = new List<CheckpointBlock>();
        while (true)
        {
            await _slots.WaitAsync(cancellationToken);
            if (!_buffers.TryTake(out var buffer)) buffer = new byte[blockBytes];
            var count = await ReadAsync(source, buffer, cancellationToken);
            if (count == 0)
            {
                Return(buffer);
                break;
            }

            digest.AppendData(buffer.AsSpan(0, count));
            var block = new CheckpointBlock(count, Convert.ToHexStringLower(SHA256.HashData(buffer.AsSpan(0, count))));
            blocks.Add(block);
            if (found.Add(block.Sha256))
            {
                SentBytes += count;
                _writes.Add(WriteAsync(block, buffer, cancellationToken));
            }
            else
            {
                FoundBytes += count;
                Return(buffer);
            }
        }

        return new CheckpointFile(
            file.Path, blocks.Sum(block => (long)block.Bytes), Convert.ToHexStringLower(digest.GetHashAndReset()), blocks);
    }

    private async Task WriteAsync(CheckpointBlock block, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            await store.WriteBlockAsync(number, block.Sha256, buffer.AsMemory(0, block.Bytes), cancellationToken);
        }
        finally
        {
            Return(buffer);
        }
    }

    private async ValueTask<int> ReadAsync(FileStream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch
        {
            Return(buffer);
            throw;
        }
    }

    private void Return(byte[] buffer)
    {
        _buffers.Add(buffer);
        _slots.Release();
    }
}
