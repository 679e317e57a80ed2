using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Serverless.Storage;

/// <summary>Puts one object. Without the encoding in chunks that only Amazon knows for sure.</summary>
internal sealed class S3Upload(AmazonS3Client client, string bucket, string key, int partBytes)
{
    private const string ContentType = "application/octet-stream";

    /// <summary>How often an upload is made again whose digest was not the content's: it was damaged on its way, or another
    /// writer of the same name came in between.</summary>
    private const int MaxDamaged = 4;

    /// <summary>Puts all of a stream that can seek. The object appears when this completes.</summary>
    public async Task RunAsync(Stream content, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            content.Position = 0;
            try
            {
                await (content.Length > partBytes ? InPartsAsync(content, cancellationToken) : InOneAsync(content, cancellationToken));
                return;
            }
            catch (AmazonClientException) when (tries < MaxDamaged)
            {
                // The SDK compares the digest that comes back with that of what it sent.
            }
        }
    }

    private async Task InOneAsync(Stream content, CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            InputStream = content,
            AutoCloseStream = false,
            UseChunkEncoding = false,
            ContentType = ContentType,
        };
        await client.PutObjectAsync(request, cancellationToken);
    }

    private async Task InPartsAsync(Stream content, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = ContentType };
        var upload = (await client.InitiateMultipartUploadAsync(begin, cancellationToken)).UploadId;
        try
        {
            var complete = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = [] };
            for (var number = 1; content.Position < content.Length; number++)
            {
                var part = await client.UploadPartAsync(Part(content, upload, number), cancellationToken);
                complete.PartETags.Add(new PartETag(number, part.ETag));
            }

            await client.CompleteMultipartUploadAsync(complete, cancellationToken);
        }
        catch
        {
            // Parts that nobody puts together are billed until somebody drops them.
            await client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None);
            throw;
        }
    }

    private UploadPartRequest Part(Stream content, string upload, int number) => new()
    {
        BucketName = bucket,
        Key = key,
        UploadId = upload,
        PartNumber = number,
        InputStream = content,
        PartSize = Math.Min(partBytes, content.Length - content.Position),
        IsLastPart = content.Length - content.Position <= partBytes,
        UseChunkEncoding = false,
    };
}
