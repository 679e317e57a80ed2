using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Blobs;

/// <summary>
/// A blob as a stream. Read from its beginning it is one request; after a seek it is another, for the rest. Only what was there
/// when it was opened is read: when another blob has taken its place, reading fails rather than give parts of both.
/// </summary>
internal sealed class BlobReadStream : Stream
{
    private readonly BlobClient _blob;
    private readonly ETag _tag;
    private Stream? _body;
    private long _bodyAt;

    private BlobReadStream(BlobClient blob, BlobDownloadStreamingResult first)
    {
        _blob = blob;
        _tag = first.Details.ETag;
        _body = first.Content;
        Length = first.Details.ContentLength;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    /// <summary>Opens a blob; null when there is none.</summary>
    public static async Task<BlobReadStream?> OpenAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var first = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
            return new BlobReadStream(blob, first.Value);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.Length == 0) return 0;
        try
        {
            var body = await BodyAsync(cancellationToken);
            var count = await body.ReadAsync(buffer, cancellationToken);
            Position += count;
            _bodyAt = Position;
            return count;
        }
        catch (Exception e) when (BlobErrors.IsOfStore(e))
        {
            throw new IOException($"The blob {_blob.Name} cannot be read on: {BlobErrors.InWords(e)}", e);
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        return Position = target;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _body?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<Stream> BodyAsync(CancellationToken cancellationToken)
    {
        if (_body is not null && _bodyAt == Position) return _body;
        if (_body is not null) await _body.DisposeAsync();
        _body = null;
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(Position),
            Conditions = new BlobRequestConditions { IfMatch = _tag },
        };
        _body = (await _blob.DownloadStreamingAsync(options, cancellationToken)).Value.Content;
        _bodyAt = Position;
        return _body;
    }
}
