using System.Text.Json;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Looks at runs, on whatever engine and store there is. All that it tells is durable: it is the same after a
/// restart and on another machine.</summary>
/// <param name="client">The engine.</param>
/// <param name="objects">The store.</param>
/// <param name="time">Until when jobs that go on are reckoned; null: they are not, so that the same run always looks the same.</param>
public sealed class RunQueries(DurableClient client, IObjectStore objects, TimeProvider? time = null)
{
    private const int ScanPageSize = 500;

    /// <summary>One run without its chunks; null when there is none of that id.</summary>
    public async Task<RunSnapshot?> FindAsync(string runId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken) is { } instance
            ? RunReading.ToSnapshot(instance)
            : null;

    /// <summary>One run with its chunks; null when there is none of that id.</summary>
    public async Task<RunDetail?> FindDetailAsync(string runId, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken) is not { } instance) return null;
        if (RunReading.ToSnapshot(instance) is not { } run) return null;
        var chunks = await ReadChunksAsync(runId, cancellationToken);
        return RunReading.ToDetail(run, chunks, instance.ReadOutputAs(RunJson.Default.RunSummary), time?.GetUtcNow());
    }

    /// <summary>One page of runs, newest first.</summary>
    public async Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var runs = new List<RunSnapshot>();
        var instances = new OrchestrationQuery
        {
            Name = Names.FanOut,
            Statuses = query.Statuses,
            RootsOnly = true,
            NewestFirst = true,
            FetchInputsAndOutputs = true,

            // When few match, most that is read is passed over: reading it in small pages would take all day.
            PageSize = query.IsSparse ? Math.Max(query.Limit, ScanPageSize) : query.Limit,
            ContinuationToken = query.After,
        };
        while (true)
        {
            var (found, token) = await ReadAsync(instances, query, query.Limit - runs.Count, cancellationToken);
            runs.AddRange(found);
            if (token is null || runs.Count == query.Limit) return new RunPage(runs, token);
            instances = instances with { ContinuationToken = token };
        }
    }

    /// <summary>Reads one page of instances, or as much of it as has no more than <paramref name="room"/> runs that match: the
    /// next page begins right behind the last of them.</summary>
    private async Task<(IReadOnlyList<RunSnapshot> Runs, string? Token)> ReadAsync(
        OrchestrationQuery instances, RunQuery query, int room, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await client.ListInstancesAsync(instances, cancellationToken);
            var matches = page.Values.Select(RunReading.ToSnapshot).Index()
                .Where(row => row.Item is { } run && query.Matches(run))
                .ToList();
            if (matches.Count <= room) return (matches.ConvertAll(row => row.Item!), page.ContinuationToken);
            instances = instances with { PageSize = matches[room - 1].Index + 1 };
        }
    }

    private async Task<ChunkSnapshot[]> ReadChunksAsync(string runId, CancellationToken cancellationToken)
    {
        var store = new RunStore(objects, RunId.Parse(runId));
        if (await store.ReadPlanAsync(cancellationToken) is not { } plan) return [];
        if (plan.Chunks.Count - plan.Since > Limits.MaxChunksListed) return [];
        var chunks = plan.Chunks.Skip(plan.Since).Select((chunk, place) => new ChunkSnapshot
        {
            Chunk = plan.Since + place,
            Flashpoints = chunk.Count,
            Done = 0,
            State = ChunkPhase.Waiting,
        }).ToArray();

        // Before the outcomes: a chunk that ends in between has one, and is not shown as if it had not begun.
        await PlaceLiveAsync(runId, chunks, plan.Since, cancellationToken);
        await foreach (var json in store.ReadOutcomesAsync(plan.Since, plan.Chunks.Count, cancellationToken))
        {
            var outcome = JsonSerializer.Deserialize(json, RunJson.Default.ChunkOutcome)!;
            chunks[outcome.Chunk - plan.Since] = RunReading.ToSnapshot(outcome);
        }

        return chunks;
    }

    /// <summary>What has not ended shows itself in its instance's custom status.</summary>
    private async Task PlaceLiveAsync(string runId, ChunkSnapshot[] chunks, int since, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            Name = Names.Chunk,
            InstanceIdPrefix = runId + ":",
            Statuses = OrchestrationQuery.Live,
            FetchInputsAndOutputs = true,
            PageSize = 1000,
        };
        do
        {
            var page = await client.ListInstancesAsync(query, cancellationToken);
            foreach (var instance in page.Values)
            {
                if (RunReading.ToLive(instance) is not { } live || live.Chunk - since is not (>= 0 and var place)) continue;
                if (place < chunks.Length) chunks[place] = live;
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }
}

/// <summary>Which runs to list.</summary>
public sealed record RunQuery
{
    /// <summary>Only these states; empty means all.</summary>
    public IReadOnlyList<RunState> States { get; init; } = [];

    /// <summary>Only runs for this day, <c>yyyy-MM-dd</c>; null means all.</summary>
    public string? Date { get; init; }

    /// <summary>Only runs whose id or trigger contains this, whatever the case; null means all.</summary>
    public string? Text { get; init; }

    /// <summary>How many at most. 1 to 1,000.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where the page before ended.</summary>
    public string? After { get; init; }

    /// <summary>Whether it is known before reading only that few will match.</summary>
    internal bool IsSparse => States.Count > 0 || Date is not null || Text is not null;

    /// <summary>The statuses that instances of these states can have; empty means all.</summary>
    internal IReadOnlyList<OrchestrationRuntimeStatus> Statuses => [.. States.SelectMany(RunReading.StatusesOf).Distinct()];

    internal bool Matches(RunSnapshot run) =>
        (States.Count == 0 || States.Contains(run.State))
        && (Date is null || Date == run.Date)
        && (Text is null
            || run.Id.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || run.Trigger.Contains(Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One page of runs.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="After">Where to go on, or null when this was the last page.</param>
public sealed record RunPage(IReadOnlyList<RunSnapshot> Runs, string? After);
