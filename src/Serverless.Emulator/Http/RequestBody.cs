namespace Serverless.Emulator.Http;

/// <summary>Reads a request's body into memory, up to a limit.</summary>
internal static class RequestBody
{
    private const int FirstBufferBytes = 16 * 1024;

    /// <summary>Reads it all.</summary>
    /// <returns>The bytes, or null when there are more than the limit allows.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int limit, CancellationToken stop)
    {
        if (request.ContentLength > limit) return null;

        // One byte more than is allowed shows that there is more.
        var buffer = new byte[request.ContentLength ?? Math.Min(FirstBufferBytes, limit + 1)];
        var length = 0;
        while (true)
        {
            var read = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, stop);
            length += read;
            if (length > limit) return null;
            if (length < buffer.Length || request.ContentLength is not null) return buffer.AsMemory(0, length);
            Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, limit + 1L));
        }
    }
}
