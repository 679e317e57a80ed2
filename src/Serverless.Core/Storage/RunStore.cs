using System.Runtime.CompilerServices;
using Serverless.Core.Flashpoints;
using Serverless.Core.Planning;
using Serverless.Core.Results;

namespace Serverless.Core.Storage;

/// <summary>
/// What a run keeps and where, the same for every head and every store. All that is written appears whole or not at
/// all and may be written again: activities run at least once. Every method throws <see cref="RunStoreException"/> when
/// an object that it needs is missing or damaged, and lets the store's own errors through.
/// </summary>
public sealed partial class RunStore(IObjectStore objects, RunId run)
{
    private readonly RunLayout _layout = new(run);
    private readonly PlanFile _plan = new(objects, new RunLayout(run));
    private readonly CheckpointFiles _checkpoints = new(objects, new RunLayout(run));
    private readonly GroupFiles _groups = new(objects, new RunLayout(run));

    /// <summary>The run.</summary>
    public RunId Run => run;

    /// <summary>The runs that have anything stored, in ordinal order.</summary>
    public static async IAsyncEnumerable<RunId> ListRunsAsync(
        IObjectStore objects, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        RunId? last = null;
        await foreach (var name in objects.ListAsync(RunLayout.Root, cancellationToken))
        {
            if (RunLayout.RunOf(name) is not { } found || found == last) continue;
            last = found;
            yield return found;
        }
    }

    /// <summary>Tells what a manifest of these flashpoints would hold, to compare it with one that is stored.</summary>
    public static Task<ManifestInfo> MeasureAsync(
        IAsyncEnumerable<Flashpoint> flashpoints, CancellationToken cancellationToken)
        => ManifestFile.WriteAsync(Stream.Null, flashpoints, cancellationToken);

    /// <summary>Stores the run's flashpoints, in order. What the source throws ends it, with nothing stored.</summary>
    public async Task<ManifestInfo> WriteManifestAsync(
        IAsyncEnumerable<Flashpoint> flashpoints, CancellationToken cancellationToken)
    {
        ManifestInfo? info = null;
        await objects.WriteAsync(
            _layout.Manifest,
            async (target, token) => info = await ManifestFile.WriteAsync(target, flashpoints, token),
            cancellationToken);
        return info!;
    }

    /// <summary>The run's flashpoints, in order.</summary>
    public async IAsyncEnumerable<Flashpoint> ReadManifestAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lines = await LineReader.OpenAsync(objects, _layout.Manifest, cancellationToken);
        while (await lines.MoveNextAsync(cancellationToken))
            yield return lines.Parse(line => FlashpointJson.Read(line.ToArray()));
    }

    /// <summary>The sizes of the run's flashpoints, for the planner. Holds no texts.</summary>
    public async Task<IReadOnlyList<FlashpointSize>> DescribeAsync(CancellationToken cancellationToken)
    {
        var sizes = new List<FlashpointSize>();
        await using var lines = await LineReader.OpenAsync(objects, _layout.Manifest, cancellationToken);
        while (await lines.MoveNextAsync(cancellationToken))
        {
            var feeds = lines.Parse(FlashpointJson.Read).FeedCount;
            sizes.Add(new FlashpointSize(lines.Current.Length, Math.Max(1, feeds)));
        }

        return sizes;
    }

    /// <summary>The chunks written so far, or null when the run is not planned yet.</summary>
    public Task<RunPlan?> ReadPlanAsync(CancellationToken cancellationToken) => _plan.ReadAsync(cancellationToken);

    /// <summary>
    /// Writes the inputs of a plan's chunks, numbered from <paramref name="firstChunk"/> on: 0 for a new run, the count
    /// of chunks so far for a retry. Doing it again changes nothing.
    /// </summary>
    /// <exception cref="RunStoreException">The run has others of these numbers, or a gap would be left.</exception>
    public Task WriteChunksAsync(ChunkPlan plan, int firstChunk, CancellationToken cancellationToken)
        => WriteChunksAsync(plan, firstChunk, since: 0, [], cancellationToken);

    /// <summary>The same. What chunks before <paramref name="since"/> have stored does not count any more.</summary>
    public async Task WriteChunksAsync(
        ChunkPlan plan, int firstChunk, int since, IReadOnlyList<ChunkRange> groups, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfNegative(firstChunk);
        var stored = await _plan.ReadAsync(cancellationToken);
        var extended = PlanFile.Extend(stored, plan, firstChunk, since);
        if (extended is not null) await new ChunkInputs(objects, _layout).WriteAsync(plan.Chunks, firstChunk, cancellationToken);

        // Also beside a plan that is there: a version that knew no such objects may have written it.
        await _groups.WritePlanAsync((extended ?? stored)!, groups, cancellationToken);
        if (extended is not null) await _plan.WriteAsync(extended, cancellationToken);
    }

    /// <summary>The flashpoints of a chunk, in order.</summary>
    public async Task<IReadOnlyList<ChunkEntry>> ReadChunkAsync(int chunk, CancellationToken cancellationToken)
    {
        var entries = new List<ChunkEntry>();
        await using var lines = await LineReader.OpenAsync(objects, _layout.Input(chunk), cancellationToken);
        while (await lines.MoveNextAsync(cancellationToken)) entries.Add(lines.Parse(StoredLines.ReadEntry));
        return entries;
    }

    /// <summary>Stores what an attempt answered, in place of what it may have stored before. Errors are cut to
    /// <see cref="Limits.MaxErrorLength"/>.</summary>
    /// <exception cref="ArgumentException">A flashpoint has two checkpoints, or a result is not JSON.</exception>
    public Task SaveCheckpointsAsync(
        int chunk, int attempt, IReadOnlyList<Checkpoint> checkpoints, CancellationToken cancellationToken)
        => _checkpoints.SaveAsync(_layout.Attempt(chunk, attempt), checkpoints, cancellationToken);

    /// <summary>Stores what an attempt has answered before its job has ended, beside what it stored before.</summary>
    /// <exception cref="ArgumentException">A flashpoint has two checkpoints, or a result is not JSON.</exception>
    public async Task SaveStreamedAsync(
        int chunk, int attempt, IReadOnlyList<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        var parts = await objects.ListAsync(_layout.StreamedParts(chunk, attempt), cancellationToken).CountAsync(cancellationToken);
        await _checkpoints.SaveAsync(_layout.StreamedPart(chunk, attempt, parts + 1), checkpoints, cancellationToken);
    }

    /// <summary>Stores what no attempt has stored so far: as the attempt's own object, or beside what it has already.</summary>
    /// <exception cref="ArgumentException">A flashpoint has two checkpoints, or a result is not JSON.</exception>
    public async Task SaveFurtherAsync(
        int chunk, int attempt, IReadOnlyList<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        if (checkpoints.Count == 0) return;
        if (await objects.OpenReadAsync(_layout.Attempt(chunk, attempt), cancellationToken) is not { } stored)
            await SaveCheckpointsAsync(chunk, attempt, checkpoints, cancellationToken);
        else
        {
            await stored.DisposeAsync();
            await SaveStreamedAsync(chunk, attempt, checkpoints, cancellationToken);
        }
    }

    /// <summary>The flashpoints of a chunk that no attempt has answered. An error or a null is an answer.</summary>
    public Task<IReadOnlyList<ChunkEntry>> ReadMissingAsync(int chunk, CancellationToken cancellationToken)
        => ReadMissingAsync(chunk, Limits.MaxAttempts + 1, cancellationToken);

    /// <summary>The flashpoints of a chunk that no attempt before this one has answered: what its job is given. The same
    /// before and after the attempt's own checkpoints are stored.</summary>
    public async Task<IReadOnlyList<ChunkEntry>> ReadMissingAsync(
        int chunk, int attempt, CancellationToken cancellationToken)
    {
        var answers = await _checkpoints.ReadAnswersAsync(chunk, attempt, cancellationToken);
        var entries = await ReadChunkAsync(chunk, cancellationToken);
        return entries.Where(entry => !answers.ContainsKey(entry.Index)).ToList();
    }

    /// <summary>How the flashpoints of a chunk stand.</summary>
    public Task<ChunkTally> TallyAsync(int chunk, CancellationToken cancellationToken)
        => TallyAsync(chunk, IndexRange.All, cancellationToken);

    /// <summary>How the flashpoints of a chunk stand, and which of a range are not answered.</summary>
    public async Task<ChunkTally> TallyAsync(int chunk, IndexRange range, CancellationToken cancellationToken)
    {
        var answers = await _checkpoints.ReadAnswersAsync(chunk, Limits.MaxAttempts + 1, cancellationToken);
        var entries = await ReadChunkAsync(chunk, cancellationToken);
        var done = answers.Values.Count(isGood => isGood);
        var open = entries.Select(entry => entry.Index).Where(index => range.Contains(index) && !answers.ContainsKey(index));
        return new ChunkTally(done, answers.Count - done, [.. open]);
    }

    /// <summary>Stores how a chunk went.</summary>
    public Task WriteOutcomeAsync(int chunk, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
        => objects.WriteAsync(
            _layout.Outcome(chunk), async (target, token) => await target.WriteAsync(json, token), cancellationToken);

    /// <summary>How the chunks went, in order; chunks that have not ended are passed over.</summary>
    /// <param name="firstChunk">The first one.</param>
    /// <param name="endChunk">The one after the last.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<byte[]> ReadOutcomesAsync(int firstChunk, int endChunk, CancellationToken cancellationToken)
        => _groups.ReadOutcomesAsync(firstChunk, endChunk, cancellationToken);

    /// <summary>The chunks of a group that was planned.</summary>
    public Task<IReadOnlyList<StoredChunk>> ReadGroupAsync(ChunkRange group, CancellationToken cancellationToken)
        => _groups.ReadAsync(group, cancellationToken);

    /// <summary>Puts all that the chunks of a group have stored into one object of each kind. Doing it again gives the same.</summary>
    public Task MergeGroupAsync(ChunkRange group, CancellationToken cancellationToken)
        => _groups.MergeAsync(group, cancellationToken);

    /// <summary>
    /// Gives a reason to the flashpoints of a chunk that no attempt has answered, once it is given up. An answer that
    /// comes later still counts.
    /// </summary>
    /// <returns>How many those are.</returns>
    public async Task<int> FailMissingAsync(int chunk, string reason, CancellationToken cancellationToken)
    {
        var missing = await ReadMissingAsync(chunk, cancellationToken);
        var failures = missing.Select(entry => new Checkpoint(entry.Index, entry.Flashpoint.Id, null, reason));
        await _checkpoints.SaveAsync(_layout.Failed(chunk), failures.ToList(), cancellationToken);
        return missing.Count;
    }

    /// <summary>
    /// Writes the ordered results: as many entries as flashpoints, null where there is no good checkpoint. Of several
    /// good ones the earliest chunk and attempt counts. Beside it goes the reason for each null.
    /// </summary>
    public Task<AggregateInfo> AggregateAsync(CancellationToken cancellationToken)
        => AggregateAsync(notRun: null, cancellationToken);

    /// <summary>The same.</summary>
    /// <param name="notRun">Why a flashpoint has no checkpoint at all; null: nobody knows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AggregateInfo> AggregateAsync(string? notRun, CancellationToken cancellationToken)
        => new Aggregation(objects, _layout, notRun: notRun).RunAsync(cancellationToken);

    /// <summary>The flashpoints that are null in the results, in order.</summary>
    public async IAsyncEnumerable<FailedFlashpoint> ReadFailuresAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lines = await LineReader.OpenAsync(objects, _layout.Failures, cancellationToken);
        while (await lines.MoveNextAsync(cancellationToken)) yield return lines.Parse(StoredLines.ReadFailure);
    }

    /// <summary>The indexes that are null in the results, ascending: what a retry plans.</summary>
    public async Task<IReadOnlyList<int>> ReadFailedIndexesAsync(CancellationToken cancellationToken)
        => await ReadFailuresAsync(cancellationToken).Select(failure => failure.Index).ToListAsync(cancellationToken);

    /// <summary>A part of the list with the beginnings of its results.</summary>
    public async Task<FlashpointPage> ReadFlashpointsAsync(FlashpointQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var withResults = await AreResultsCurrentAsync(cancellationToken);
        return await new FlashpointPages(objects, _layout, withResults).ReadAsync(query, cancellationToken);
    }

    /// <summary>Writes the results as they are so far to a stream, null where there is none yet.</summary>
    /// <param name="target">Stays open.</param>
    /// <param name="scratch">A name of this call's own; what is stored under it for a while is gone at the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WritePartialAsync(Stream target, string scratch, CancellationToken cancellationToken)
        => new Aggregation(objects, _layout, scratch: scratch).WritePartialAsync(target, cancellationToken);

    /// <summary>Deletes all of the run.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => objects.DeleteAsync(_layout.All, cancellationToken);

    private async Task<byte[]?> ReadAllAsync(string name, CancellationToken cancellationToken)
    {
        await using var source = await objects.OpenReadAsync(name, cancellationToken);
        if (source is null) return null;
        using var bytes = new MemoryStream();
        await source.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }
}

/// <summary>How the flashpoints of a chunk stand.</summary>
/// <param name="Done">With a result.</param>
/// <param name="Errors">Answered with an error.</param>
/// <param name="Open">The indexes of those that are not answered, ascending.</param>
public sealed record ChunkTally(int Done, int Errors, IReadOnlyList<int> Open)
{
    /// <summary>Not answered.</summary>
    public int Unanswered => Open.Count;
}
