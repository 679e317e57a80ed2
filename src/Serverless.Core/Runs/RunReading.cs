using Serverless.Core.Jobs;
using Serverless.Core.Pricing;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Makes snapshots of what instances and outcomes say.</summary>
internal static class RunReading
{
    /// <summary>Null when the instance is no run.</summary>
    public static RunSnapshot? ToSnapshot(OrchestrationMetadata instance)
    {
        if (instance.Name != Names.FanOut || instance.ReadInputAs(RunJson.Default.RunInput) is not { } input) return null;
        var ended = instance.RuntimeStatus.IsEnded();
        var summary = instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? instance.ReadOutputAs(RunJson.Default.RunSummary)
            : null;
        var progress = instance.ReadCustomStatusAs(RunJson.Default.RunProgress);
        return new RunSnapshot
        {
            Id = input.RunId,
            Date = input.Date,
            Trigger = input.Trigger,
            Cleanup = input.Cleanup,
            Workers = input.Workers,
            Backend = input.Backend,
            State = StateOf(instance.RuntimeStatus, summary),
            CreatedAt = instance.CreatedAt,
            UpdatedAt = instance.LastUpdatedAt,
            EndedAt = ended ? instance.LastUpdatedAt : null,
            Flashpoints = input.Flashpoints,
            Done = summary is null ? progress?.Done ?? 0 : summary.Flashpoints - summary.Failed,
            Failed = summary?.Failed ?? progress?.Failed ?? 0,
            ChunkCount = summary?.ChunkCount ?? progress?.Chunks ?? 0,
            ChunksEnded = summary?.ChunkCount ?? progress?.ChunksEnded ?? 0,
            ExecutionSec = summary?.ExecutionSec,
            Gpu = input.Gpu,
            PricePerSecond = input.PricePerSecond,
            MaxCost = input.MaxCost,
            Cost = summary is null ? progress?.Cost : summary.Cost,
            WastedCost = summary is null ? progress?.WastedCost : summary.WastedCost,
            StoppedBecause = summary?.StoppedBecause,
            Error = instance.FailureDetails?.InnerFailure?.ErrorMessage ?? instance.FailureDetails?.ErrorMessage,
        };
    }

    /// <summary>Chunks know more than the run's progress, which moves when a chunk ends.</summary>
    /// <param name="run">The run.</param>
    /// <param name="chunks">Its chunks.</param>
    /// <param name="report">How it ended, if it has.</param>
    /// <param name="now">Until when jobs that go on are reckoned; null: not at all.</param>
    public static RunDetail ToDetail(RunSnapshot run, ChunkSnapshot[] chunks, RunSummary? report, DateTimeOffset? now = null)
    {
        var ended = run.EndedAt is not null;
        return new RunDetail(run)
        {
            Done = ended ? run.Done : Math.Max(run.Done, chunks.Sum(chunk => chunk.Done)),
            ChunkCount = Math.Max(run.ChunkCount, chunks.Length),
            ChunksEnded = ended ? run.ChunksEnded : Math.Max(run.ChunksEnded, chunks.Count(chunk => chunk.State >= ChunkPhase.Completed)),
            ExecutionSec = report?.ExecutionSec ?? chunks.Sum(chunk => chunk.Attempts.Sum(attempt => attempt.ExecutionSec ?? 0)),
            Cost = Sum(run, run.Cost, chunks, chunk => chunk.Cost),
            WastedCost = Sum(run, run.WastedCost, chunks, chunk => chunk.WastedCost),
            RunningCost = ended || run.PricePerSecond is not { } price || now is not { } until
                ? null
                : chunks.Sum(chunk => chunk.Attempts.Sum(attempt => RunningCost(attempt, until, price))),
            Chunks = chunks,
            Report = ended ? report : null,
        };
    }

    public static ChunkSnapshot ToSnapshot(ChunkOutcome outcome) => new()
    {
        Chunk = outcome.Chunk,
        Worker = outcome.Worker,
        State = outcome.State switch
        {
            ChunkState.Completed => ChunkPhase.Completed,
            ChunkState.Cancelled => ChunkPhase.Cancelled,
            _ => ChunkPhase.Failed,
        },
        Flashpoints = outcome.Flashpoints,
        Done = outcome.Done,
        Cost = outcome.Cost,
        WastedCost = outcome.WastedCost,
        Error = outcome.Error,
        Attempts = outcome.AttemptLog,
    };

    /// <summary>A chunk, ended or not, by its instance alone; null when the instance is none.</summary>
    public static ChunkSnapshot? ToChunk(OrchestrationMetadata instance)
    {
        if (!instance.RuntimeStatus.IsEnded()) return ToLive(instance);
        if (instance.Name == Names.Chunk && instance.ReadOutputAs(RunJson.Default.ChunkOutcome) is { } outcome)
            return ToSnapshot(outcome);
        return ToLive(instance) is { } broken
            ? broken with
            {
                State = instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed ? ChunkPhase.Failed : ChunkPhase.Cancelled,
                Error = instance.FailureDetails?.InnerFailure?.ErrorMessage ?? instance.FailureDetails?.ErrorMessage ?? broken.Error,
            }
            : null;
    }

    /// <summary>Null when the instance is no chunk.</summary>
    public static ChunkSnapshot? ToLive(OrchestrationMetadata instance)
    {
        if (instance.Name != Names.Chunk || instance.ReadInputAs(RunJson.Default.ChunkInput) is not { } input) return null;
        var progress = instance.ReadCustomStatusAs(RunJson.Default.ChunkProgress);
        var last = progress is { Attempts: [.., var latest] } ? latest : null;
        return new ChunkSnapshot
        {
            Chunk = input.Chunk,
            Worker = input.Worker,
            State = last switch
            {
                { EndedAt: not null } => ChunkPhase.Retrying,
                { State: JobState.Running } => ChunkPhase.Running,
                _ => ChunkPhase.Queued,
            },
            Flashpoints = input.Flashpoints,
            Done = progress?.Done ?? 0,
            Cost = Dollars(input, progress, attempt => attempt.Cost, earlier => earlier.Cost),
            WastedCost = Dollars(input, progress, attempt => attempt.WastedCost, earlier => earlier.WastedCost),
            Error = last?.Error,
            Attempts = progress?.Attempts ?? [],
        };
    }

    private static decimal? Dollars(
        ChunkInput chunk,
        ChunkProgress? progress,
        Func<AttemptRecord, decimal?> ofAttempt,
        Func<EarlierAttempts, decimal> ofEarlier)
    {
        if (chunk.Run.PricePerSecond is null) return null;
        var shown = progress?.Attempts.Sum(attempt => ofAttempt(attempt) ?? 0) ?? 0;
        return progress?.Earlier is { } earlier ? shown + ofEarlier(earlier) : shown;
    }

    private static decimal? Sum(RunSnapshot run, decimal? ended, ChunkSnapshot[] chunks, Func<ChunkSnapshot, decimal?> part) =>
        run.EndedAt is not null || run.PricePerSecond is null ? ended : chunks.Sum(chunk => part(chunk) ?? 0);

    private static decimal RunningCost(AttemptRecord attempt, DateTimeOffset now, decimal pricePerSecond) =>
        attempt is { EndedAt: null, RunningAt: { } since }
            ? Billing.CostOf(attempt.DelaySec, (now - since).TotalSeconds, pricePerSecond)
            : 0;

    private static RunState StateOf(OrchestrationRuntimeStatus status, RunSummary? summary) => status switch
    {
        OrchestrationRuntimeStatus.Pending => RunState.Pending,
        OrchestrationRuntimeStatus.Suspended => RunState.Suspended,
        OrchestrationRuntimeStatus.Completed => summary is { Cancelled: true } ? RunState.Cancelled : RunState.Completed,
        OrchestrationRuntimeStatus.Failed => RunState.Failed,
        OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled => RunState.Cancelled,
        _ => RunState.Running,
    };

    /// <summary>The statuses that an instance may have whose run is in a state: the other direction of what
    /// <see cref="ToSnapshot(OrchestrationMetadata)"/> says.</summary>
    public static IReadOnlyList<OrchestrationRuntimeStatus> StatusesOf(RunState state) => state switch
    {
        RunState.Pending => [OrchestrationRuntimeStatus.Pending],
        RunState.Suspended => [OrchestrationRuntimeStatus.Suspended],
        RunState.Completed => [OrchestrationRuntimeStatus.Completed],
        RunState.Failed => [OrchestrationRuntimeStatus.Failed],

        // A run that was cancelled completes with what there is.
        RunState.Cancelled =>
        [
            OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Terminated, OrchestrationRuntimeStatus.Canceled,
        ],
        _ => [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.ContinuedAsNew],
    };
}
