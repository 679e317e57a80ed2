namespace Serverless.Core.Tests.Flashpoints;

/// <summary>Hands out a few bytes per read, as a pipe does.</summary>
internal sealed class SlowStream(byte[] content, int bytesPerRead) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => base.ReadAsync(buffer[..Math.Min(buffer.Length, bytesPerRead)], cancellationToken);
}
