using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Serverless.Blobs;

/// <summary>Puts one blob. The SDK's own uploads name their blocks by position: those of two writers of one blob would get mixed
/// up. Here every upload has names of its own.</summary>
internal sealed class BlobUpload(BlockBlobClient blob, int maxPutBytes)
{
    /// <summary>Bytes that go in one request. Beyond it: in blocks.</summary>
    public const int MaxPutBytes = 32 * 1024 * 1024;

    /// <summary>Bytes of a block, which stands in memory. A blob has at most 50,000 of them, so 400 GB.</summary>
    private const int BlockBytes = 8 * 1024 * 1024;

    /// <summary>How often an upload is made again whose blocks are gone, because another writer of the same name came in between.
    /// </summary>
    private const int MaxTries = 4;

    /// <summary>Puts all of a stream that can seek. The blob appears when this completes.</summary>
    public async Task RunAsync(Stream content, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            content.Position = 0;
            try
            {
                await (content.Length > maxPutBytes ? InBlocksAsync(content, cancellationToken) : InOneAsync(content, cancellationToken));
                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList && tries < MaxTries)
            {
                // What is committed for a name drops the blocks that nobody has committed yet.
            }
        }
    }

    private async Task InOneAsync(Stream content, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            TransferOptions = new StorageTransferOptions { InitialTransferSize = maxPutBytes, MaximumTransferSize = maxPutBytes },
        };
        await blob.UploadAsync(content, options, cancellationToken);
    }

    private async Task InBlocksAsync(Stream content, CancellationToken cancellationToken)
    {
        var upload = RandomNumberGenerator.GetHexString(32);
        var buffer = new byte[Math.Min(BlockBytes, maxPutBytes)];
        var ids = new List<string>();
        while (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) is > 0 and var count)
        {
            var id = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{upload}{ids.Count:d6}"));
            using var block = new MemoryStream(buffer, 0, count, writable: false);
            await blob.StageBlockAsync(id, block, cancellationToken: cancellationToken);
            ids.Add(id);
        }

        await blob.CommitBlockListAsync(ids, cancellationToken: cancellationToken);
    }
}
