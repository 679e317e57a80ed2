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
        return [.. entries.Where(entry => input.Span.Contains(entry.Index))];
    }
}
