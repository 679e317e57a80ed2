using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>What an attempt's job is given, the same however often it is asked.</summary>
internal static class GivenFlashpoints
{
    public static async Task<List<ChunkEntry>> ReadAsync(
        RunStore store, AttemptInput input, CancellationToken cancellationToken)
    {
        var chunk = input.Chunk.Chunk;
        var entries = input.HedgeOf is null
            ? await store.ReadMissingAsync(chunk, input.Attempt, cancellationToken)
            : await store.ReadGivenAsync(chunk, input.Attempt, input.Span, cancellationToken);
        return InSpan(input, entries);
    }

    /// <summary>Those of the attempt's range that nobody has answered so far, this attempt included.</summary>
    public static async Task<List<ChunkEntry>> ReadOpenAsync(
        RunStore store, AttemptInput input, CancellationToken cancellationToken) =>
        InSpan(input, await store.ReadMissingAsync(input.Chunk.Chunk, cancellationToken));

    private static List<ChunkEntry> InSpan(AttemptInput input, IEnumerable<ChunkEntry> entries) =>
        [.. entries.Where(entry => input.Span.Contains(entry.Index))];
}
