using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// Runs chunks, at most as many at once as there are lanes. Each lane takes the next chunk when its last has ended, so
/// no turn ever looks through all of them.
/// </summary>
/// <param name="context">The orchestration.</param>
/// <param name="group">The chunks.</param>
/// <param name="cancel">Completes when the run is cancelled.</param>
internal sealed class Lanes(OrchestrationContext context, GroupInput group, Task<string> cancel)
{
    private readonly Orders _orders = new(context);
    private readonly Budget _budget = new(group.Group is null ? group.Run.MaxCost : group.Budget);
    private readonly HashSet<int> _running = [];
    private readonly GroupReporting? _reporting = GroupReporting.Of(group.Group, group.Counts.Count, group.Run);
    private HedgeGrants? _hedges;
    private int _next;
    private int _finishedFlashpoints;
    private double _finishedSeconds;
    private bool _isStopped;

    /// <summary>What ended chunks have come to.</summary>
    public RunTally Tally { get; private set; } = new();

    /// <summary>Called after every chunk.</summary>
    public Action? OnChunkEnded { get; init; }

    /// <summary>Says whether to begin no chunk any more, besides a cancellation.</summary>
    public Func<bool> IsHalted { get; init; } = static () => false;

    public async Task RunAsync()
    {
        using var ended = new CancellationTokenSource();
        if (group.Run.Hedge is { } factor)
            _hedges = new HedgeGrants(context, factor, group.Counts.Count, Hedge, ended.Token);
        var lanes = Enumerable.Range(group.FirstWorker, Math.Min(group.Lanes, group.Counts.Count)).Select(RunLaneAsync);
        var work = Task.WhenAll(lanes);
        if (group.Run.MaxCost is not null) await ListenAsync(work, ended.Token);
        await work;
        ended.Cancel();
        await _orders.CompleteAsync();
    }

    private async Task RunLaneAsync(int worker)
    {
        while (_next < group.Counts.Count && !cancel.IsCompleted && !IsHalted() && !_isStopped)
        {
            var place = _next++;
            await RunChunkAsync(worker, group.FirstChunk + place, group.Counts[place]);
        }
    }

    private async Task RunChunkAsync(int worker, int chunk, int flashpoints)
    {
        var input = new ChunkInput
        {
            Run = group.Run,
            Chunk = chunk,
            Worker = worker,
            Flashpoints = flashpoints,
            Owner = group.Run.MaxCost is null ? null : context.InstanceId,
            Budget = _budget.Left,
            ExpectedSeconds = _finishedFlashpoints == 0 ? null : _finishedSeconds / _finishedFlashpoints * flashpoints,
        };
        _running.Add(chunk);
        _budget.Begin(chunk, flashpoints);
        _hedges?.Begin(chunk);
        var outcome = await RunChunkAsync(input);
        _running.Remove(chunk);
        _hedges?.End(chunk, outcome.State == ChunkState.Completed);
        Count(outcome);
    }

    private async Task<ChunkOutcome> RunChunkAsync(ChunkInput input)
    {
        try
        {
            return await context.CallSubOrchestratorAsync<ChunkOutcome>(
                Names.Chunk, input, Names.ChunkInstance(group.Run.RunId, input.Chunk));
        }
        catch (TaskFailedException e)
        {
            return await RecordFailureAsync(input, e);
        }
    }

    /// <summary>A chunk whose orchestration broke costs that chunk, never the run.</summary>
    private async Task<ChunkOutcome> RecordFailureAsync(ChunkInput input, TaskFailedException e)
    {
        var cause = e.FailureDetails.InnerFailure ?? e.FailureDetails;
        var outcome = new ChunkOutcome
        {
            Chunk = input.Chunk,
            Worker = input.Worker,
            Flashpoints = input.Flashpoints,
            State = ChunkState.Failed,
            Missing = input.Flashpoints,
            Error = cause.ErrorMessage,
        };
        await context.CallActivityAsync<bool>(Names.RecordChunk, new RecordInput(input.Run.RunId, outcome), Retries.Store);
        return outcome;
    }

    private void Count(ChunkOutcome outcome)
    {
        Tally = Tally.With(outcome);
        _budget.End(outcome);
        if (outcome is { State: ChunkState.Completed, ExecutionSec: { } seconds })
        {
            _finishedFlashpoints += outcome.Flashpoints;
            _finishedSeconds += seconds + (outcome.DelaySec ?? 0);
        }

        StopIfSpent();
        if (_reporting?.After(Tally, _budget.Running) is { } report)
            _orders.Tell([group.Owner ?? group.Run.RunId], Names.TallyEvent, report, RunJson.Default.GroupReport);
        OnChunkEnded?.Invoke();
    }

    /// <summary>Hears what chunks that go on have spent, and whether the run as a whole has spent too much.</summary>
    private async Task ListenAsync(Task work, CancellationToken ended)
    {
        var stop = context.WaitForExternalEvent<string>(Names.StopEvent, ended);
        var spent = context.WaitForExternalEvent<SpentReport>(Names.SpentEvent, ended);
        while (!work.IsCompleted)
        {
            await (_isStopped ? Task.WhenAny(work, spent) : Task.WhenAny(work, spent, stop));
            if (stop.IsCompleted) Stop();
            if (!spent.IsCompleted) continue;
            _budget.Report(await spent);
            spent = context.WaitForExternalEvent<SpentReport>(Names.SpentEvent, ended);
            StopIfSpent();
        }
    }

    private void StopIfSpent()
    {
        if (_budget.IsSpent) Stop();
    }

    /// <summary>What runs is let end; it is told not to be tried again.</summary>
    private void Stop()
    {
        if (_isStopped) return;
        _isStopped = true;
        var running = _running.Order().Select(chunk => Names.ChunkInstance(group.Run.RunId, chunk)).ToList();
        if (running.Count > 0) _orders.Tell(running, Names.StopEvent, "", RunJson.Default.String);
    }

    private void Hedge(int chunk) => _orders.Tell(
        [Names.ChunkInstance(group.Run.RunId, chunk)], Names.HedgeEvent, "", RunJson.Default.String);
}
