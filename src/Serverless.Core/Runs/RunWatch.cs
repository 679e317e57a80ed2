using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Follows one run: reads all of it once, and from then on only the chunks that were updated since. Not for use
/// from two threads at once.</summary>
public sealed class RunWatch(DurableClient client, IObjectStore objects, TimeProvider time, string runId)
{
    /// <summary>An update is dated before it is committed, and seen after. Reading a little again costs less than missing
    /// it; every so often more is read again, for a disk that stalled.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan WideMargin = TimeSpan.FromMinutes(2);
    private const int RoundsBetweenWideMargins = 30;
    private const int PageSize = 1_000;

    private readonly RunQueries _queries = new(client, objects);
    private RunDetail? _last;
    private DateTimeOffset _readAt;
    private int _round;

    /// <summary>Looks again.</summary>
    /// <returns>Null when there is no such run.</returns>
    public async Task<RunUpdate?> ReadAsync(CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        var instance = await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null || RunReading.ToSnapshot(instance) is not { } run) return null;
        var isOther = _last is not { Chunks.Count: > 0 } || _last.CreatedAt != run.CreatedAt;
        var update = isOther || run.EndedAt is not null
            ? await ReadAllAsync(cancellationToken)
            : await ReadSinceAsync(run, _last!, cancellationToken);
        _readAt = readAt;
        _last = update?.Run;
        return update;
    }

    private async Task<RunUpdate?> ReadAllAsync(CancellationToken cancellationToken)
    {
        if (await _queries.FindDetailAsync(runId, cancellationToken) is not { } run) return null;
        if (_last is null || _last.CreatedAt != run.CreatedAt || _last.Chunks.Count != run.Chunks.Count) return new RunUpdate(run, null);
        return new RunUpdate(run, [.. run.Chunks.Where((chunk, index) => !chunk.Tells(_last.Chunks[index]))]);
    }

    private async Task<RunUpdate?> ReadSinceAsync(RunSnapshot run, RunDetail last, CancellationToken cancellationToken)
    {
        var chunks = last.Chunks.ToArray();
        var first = chunks[0].Chunk;
        var changed = new List<ChunkSnapshot>();
        var query = new OrchestrationQuery
        {
            Name = Names.Chunk,
            InstanceIdPrefix = runId + ":",
            UpdatedFrom = _readAt - (++_round % RoundsBetweenWideMargins == 0 ? WideMargin : Margin),
            FetchInputsAndOutputs = true,
            PageSize = PageSize,
        };
        do
        {
            var page = await client.ListInstancesAsync(query, cancellationToken);
            foreach (var chunk in page.Values.Select(RunReading.ToChunk).OfType<ChunkSnapshot>())
            {
                // Planned since: the plan is read again with everything else.
                var place = chunk.Chunk - first;
                if (place >= chunks.Length) return await ReadAllAsync(cancellationToken);
                if (place < 0 || chunk.Tells(chunks[place])) continue;
                chunks[place] = chunk;
                changed.Add(chunk);
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
        return new RunUpdate(RunReading.ToDetail(run, chunks, report: null), changed);
    }
}

/// <summary>What a look at a run has shown.</summary>
/// <param name="Run">The run with all its chunks.</param>
/// <param name="Changed">The chunks that are not what they were at the look before; null when all may be.</param>
public sealed record RunUpdate(RunDetail Run, IReadOnlyList<ChunkSnapshot>? Changed);
