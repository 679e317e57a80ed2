using Serverless.Core.Flashpoints;

namespace Serverless.Core.Storage;

/// <summary>The ordered flashpoints of a run, one compact line each.</summary>
internal static class ManifestFile
{
    public static async Task<ManifestInfo> WriteAsync(
        Stream target, IAsyncEnumerable<Flashpoint> flashpoints, CancellationToken cancellationToken)
    {
        using var writer = new ObjectWriter(target);
        var count = 0;
        await foreach (var flashpoint in flashpoints.WithCancellation(cancellationToken))
        {
            if (flashpoint.Json.Span.Contains((byte)'\n'))
                throw new ArgumentException($"Flashpoint {count} is not on one line.", nameof(flashpoints));
            writer.Write(flashpoint.Json.Span);
            writer.Write("\n"u8);
            await writer.FlushIfFullAsync(cancellationToken);
            count++;
        }

        var written = await writer.FinishAsync("", cancellationToken);
        return new ManifestInfo(count, written.Bytes, written.Sha256);
    }

    /// <summary>Goes forward to the line of a flashpoint.</summary>
    /// <exception cref="RunStoreException">The manifest is shorter.</exception>
    public static async ValueTask SkipToAsync(LineReader manifest, int index, CancellationToken cancellationToken)
    {
        while (manifest.Index < index)
        {
            if (!await manifest.MoveNextAsync(cancellationToken))
                throw new RunStoreException($"Flashpoint {index} is planned, but the manifest ends before it.");
        }
    }
}
