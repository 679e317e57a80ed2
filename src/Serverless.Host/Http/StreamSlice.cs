namespace Serverless.Host.Http;

/// <summary>A part of a stream, read from its beginning. Disposing it leaves the stream open.</summary>
internal sealed class StreamSlice : Stream
{
    private readonly Stream _whole;
    private readonly long _end;

    public StreamSlice(Stream whole, long start, long end)
    {
        _whole = whole;
        _end = end;
        whole.Position = start;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => _whole.Read(buffer[..Fitting(buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _whole.ReadAsync(buffer[..Fitting(buffer.Length)], cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Fitting(int wanted) => (int)Math.Min(wanted, _end - _whole.Position);
}
