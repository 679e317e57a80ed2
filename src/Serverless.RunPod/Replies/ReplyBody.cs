namespace Serverless.RunPod.Replies;

/// <summary>Thrown inside the gateway when an answer is larger than it may be.</summary>
internal sealed class ReplyTooLargeException(int maxBytes)
    : Exception($"the answer is larger than {maxBytes} bytes; results of that size belong in a store, with a "
        + "reference in the job's output");

/// <summary>Reads a response's body once, into one piece of memory that the output can be a slice of.</summary>
internal static class ReplyBody
{
    private const int FirstBytes = 16 * 1024;

    /// <exception cref="ReplyTooLargeException">The body has more than <paramref name="maxBytes"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var announced = content.Headers.ContentLength;
        if (announced > maxBytes) throw new ReplyTooLargeException(maxBytes);
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);

        // With one byte to spare the end is seen without growing.
        var buffer = new byte[announced is { } length ? (int)length + 1 : FirstBytes];
        var count = 0;
        while (await stream.ReadAsync(buffer.AsMemory(count), cancellationToken) is var read and > 0)
        {
            count += read;
            if (count > maxBytes) throw new ReplyTooLargeException(maxBytes);
            if (count == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(count * 2L, maxBytes + 1L));
        }

        return buffer.AsMemory(0, count);
    }
}
