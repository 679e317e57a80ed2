using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// Splits chunks into groups and shares the workers out among as many groups as can run at once: with more groups
/// than workers each has one lane, so that no lane waits at the end of its group for another. Adds up what groups report, and
/// stops all of them when the budget is spent.
/// </summary>
internal sealed class GroupBoard(OrchestrationContext context, RunInput input, PlannedRun plan, Task<string> cancel)
{
    private readonly Orders _orders = new(context);
    private readonly int[][] _groups = plan.Counts.Chunk(Limits.MaxChunksPerGroup).ToArray();
    private readonly SortedDictionary<int, GroupReport> _running = [];
    private RunTally _ended = new();
    private int _next;
    private bool _isStopped;

    /// <summary>What chunks have come to, as far as it was reported.</summary>
    public RunTally Tally => _running.Values.Aggregate(_ended, (sum, report) => sum.With(report.Tally));

    /// <summary>Called when <see cref="Tally"/> has changed.</summary>
    public Action? OnChanged { get; init; }

    /// <summary>Says whether to begin no group any more, besides a cancellation.</summary>
    public Func<bool> IsHalted { get; init; } = static () => false;

    public async Task RunAsync()
    {
        var atOnce = Math.Min(input.Workers, _groups.Length);
        using var ended = new CancellationTokenSource();
        var work = Task.WhenAll(Enumerable.Range(0, atOnce).Select(slot => RunSlotAsync(slot, atOnce)));
        if (input.MaxCost is not null || input.MaxFailedPercent is not null) await ListenAsync(work, ended.Token);
        ended.Cancel();
        await work;
        await _orders.CompleteAsync();
    }

    private async Task RunSlotAsync(int slot, int atOnce)
    {
        var firstWorker = 1 + (int)((long)slot * input.Workers / atOnce);
        var lanes = 1 + (int)((long)(slot + 1) * input.Workers / atOnce) - firstWorker;
        while (_next < _groups.Length && !cancel.IsCompleted && !IsHalted() && !_isStopped)
        {
            var group = _next++;
            _running[group] = new GroupReport(group, new RunTally(), 0);
            var outcome = await RunGroupAsync(group, firstWorker, lanes);
            _running.Remove(group);
            _ended = _ended.With(TallyOf(outcome, group));
            OnReported();
        }
    }

    private Task<GroupOutcome> RunGroupAsync(int group, int firstWorker, int lanes)
    {
        var groupInput = new GroupInput
        {
            Run = input,
            FirstChunk = plan.FirstChunk + group * Limits.MaxChunksPerGroup,
            Counts = _groups[group],
            FirstWorker = firstWorker,
            Lanes = lanes,
            Group = group,
            Budget = input.MaxCost is { } limit ? Math.Max(0, limit - Committed()) : null,
        };
        return context.CallSubOrchestratorAsync<GroupOutcome>(
            Names.Group, groupInput, Names.GroupInstance(input.RunId, input.Generation, group));
    }

    private async Task ListenAsync(Task work, CancellationToken ended)
    {
        var told = context.WaitForExternalEvent<GroupReport>(Names.TallyEvent, ended);
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, told);
            if (!told.IsCompleted) continue;
            var report = await told;
            told = context.WaitForExternalEvent<GroupReport>(Names.TallyEvent, ended);

            // One that comes late, or twice, says less than what is known.
            if (!_running.TryGetValue(report.Group, out var known) || known.Tally.Ended >= report.Tally.Ended) continue;
            _running[report.Group] = report;
            OnReported();
        }
    }

    private void OnReported()
    {
        if (!_isStopped && input.MaxCost is { } limit && Committed() >= limit)
        {
            _isStopped = true;
            var live = _running.Keys.Select(group => Names.GroupInstance(input.RunId, input.Generation, group)).ToList();
            if (live.Count > 0) _orders.Tell(live, Names.StopEvent, "", RunJson.Default.String);
        }

        OnChanged?.Invoke();
    }

    private decimal Committed() => Tally.Cost + _running.Values.Sum(report => report.Running);

    /// <summary>A group of a version that did not count ran all of its chunks.</summary>
    private RunTally TallyOf(GroupOutcome outcome, int group) => outcome.Tally ?? new RunTally
    {
        Ended = _groups[group].Length,
        Flashpoints = _groups[group].Sum(),
        Done = outcome.Done,
        Missing = outcome.Missing,
    };
}
