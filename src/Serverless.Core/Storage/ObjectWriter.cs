using System.Buffers;
using System.Security.Cryptography;

namespace Serverless.Core.Storage;

/// <summary>Writes an object in blocks, counts its bytes and takes its digest.</summary>
internal sealed class ObjectWriter(Stream target) : IDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _block = new(BlockBytes);
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _flushedBytes;

    /// <summary>Takes what comes next.</summary>
    public IBufferWriter<byte> Buffer => _block;

    /// <summary>Takes what comes next.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _block.Write(bytes);

    /// <summary>Passes a full block on; to be awaited between lines.</summary>
    public ValueTask FlushIfFullAsync(CancellationToken cancellationToken)
        => _block.WrittenCount < BlockBytes ? ValueTask.CompletedTask : FlushAsync(cancellationToken);

    /// <summary>Passes the rest on and tells what was written.</summary>
    public async Task<ClaimCheck> FinishAsync(string name, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        return new ClaimCheck(name, _flushedBytes, Convert.ToHexStringLower(_digest.GetCurrentHash()));
    }

    public void Dispose() => _digest.Dispose();

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await target.WriteAsync(_block.WrittenMemory, cancellationToken);
        _digest.AppendData(_block.WrittenSpan);
        _flushedBytes += _block.WrittenCount;
        _block.ResetWrittenCount();
    }
}
