using System.Text;

namespace Serverless.Core.Tests.Flashpoints;

/// <summary>A JSON array of flashpoints of about 1 KiB each that exists only while it is read.</summary>
internal sealed class GeneratedStream(int count) : Stream
{
    private static readonly string Prose = new('p', 1_100);

    private byte[] _piece = [(byte)'['];
    private int _at;
    private int _next;
    private bool _closed;

    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Fill(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => ValueTask.FromResult(Fill(buffer.Span));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Fill(Span<byte> buffer)
    {
        if (_at == _piece.Length && !NextPiece()) return 0;
        var length = Math.Min(buffer.Length, _piece.Length - _at);
        _piece.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        BytesRead += length;
        return length;
    }

    private bool NextPiece()
    {
        if (_closed) return false;
        _closed = _next == count;
        var separator = _next == 0 ? "" : ",";
        _piece = Encoding.UTF8.GetBytes(
            _closed ? "]" : $$"""{{separator}}{"id":"fp-{{_next}}","title":"T","feeds":[1,2],"text":"{{Prose}}"}""");
        _next++;
        _at = 0;
        return true;
    }
}
