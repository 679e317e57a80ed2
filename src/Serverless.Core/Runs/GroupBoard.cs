using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>What a board is to run.</summary>
internal sealed record BoardInput
{
    public required RunInput Run { get; init; }

    public required IReadOnlyList<BoardPart> Parts { get; init; }

    /// <summary>How sections share their chunks out; null: the parts are groups.</summary>
    public FanOutShape? SectionShape { get; init; }

    public int FirstWorker { get; init; } = 1;

    public required int Workers { get; init; }

    /// <summary>Dollars; null: any.</summary>
    public required decimal? Budget { get; init; }

    /// <summary>The section whose board it is: it may be told to stop. Null: the run's own.</summary>
    public string? Section { get; init; }
}

/// <summary>
/// Shares the workers out among as many groups, or sections, as can run at once: with more parts than workers each has one
/// lane, so that no lane waits at the end of its part for another. Adds up what the parts report, and stops all of them when
/// the budget is spent.
/// </summary>
internal sealed class GroupBoard(OrchestrationContext context, BoardInput input, Task<string> cancel)
{
    private readonly Orders _orders = new(context);
    private readonly SortedDictionary<int, GroupReport> _running = [];
    private RunTally _ended = new();
    private int _next;
    private bool _isStopped;

    /// <summary>What chunks have come to, as far as it was reported.</summary>
    public RunTally Tally => _running.Values.Aggregate(_ended, (sum, report) => sum.With(report.Tally));

    /// <summary>Dollars that chunks which go on are reckoned at.</summary>
    public decimal Running => _running.Values.Sum(report => report.Running);

    /// <summary>Called when <see cref="Tally"/> has changed.</summary>
    public Action? OnChanged { get; init; }

    /// <summary>Says whether to begin no part any more, besides a cancellation.</summary>
    public Func<bool> IsHalted { get; init; } = static () => false;

    public async Task RunAsync()
    {
        var atOnce = Math.Min(input.Workers, input.Parts.Count);
        using var ended = new CancellationTokenSource();
        var work = Task.WhenAll(Enumerable.Range(0, atOnce).Select(slot => RunSlotAsync(slot, atOnce)));
        if (input.Run.MaxCost is not null || input.Run.MaxFailedPercent is not null) await ListenAsync(work, ended.Token);
        ended.Cancel();
        await work;
        await _orders.CompleteAsync();
    }

    private async Task RunSlotAsync(int slot, int atOnce)
    {
        var first = (int)((long)slot * input.Workers / atOnce);
        var lanes = (int)((long)(slot + 1) * input.Workers / atOnce) - first;
        while (_next < input.Parts.Count && !cancel.IsCompleted && !IsHalted() && !_isStopped)
        {
            var part = input.Parts[_next++];
            _running[part.Index] = new GroupReport(part.Index, new RunTally(), 0);
            var outcome = await RunPartAsync(part, input.FirstWorker + first, lanes);
            _running.Remove(part.Index);
            _ended = _ended.With(TallyOf(outcome, part));
            OnReported();
        }
    }

    private Task<GroupOutcome> RunPartAsync(BoardPart part, int firstWorker, int lanes)
    {
        var budget = input.Budget is { } limit ? Math.Max(0, limit - Committed()) : (decimal?)null;
        return input.SectionShape is { } shape
            ? context.CallSubOrchestratorAsync<GroupOutcome>(
                Names.Section, ToSection(part, shape, firstWorker, lanes, budget), InstanceOf(part.Index))
            : context.CallSubOrchestratorAsync<GroupOutcome>(
                Names.Group, ToGroup(part, firstWorker, lanes, budget), InstanceOf(part.Index));
    }

    private GroupInput ToGroup(BoardPart part, int firstWorker, int lanes, decimal? budget) => new()
    {
        Run = input.Run,
        FirstChunk = part.FirstChunk,
        Counts = part.Counts ?? [],
        Chunks = part.Counts is null ? part.Chunks : null,
        FirstWorker = firstWorker,
        Lanes = lanes,
        Group = part.Index,
        Budget = budget,
        Owner = input.Section,
    };

    private SectionInput ToSection(BoardPart part, FanOutShape shape, int firstWorker, int lanes, decimal? budget) => new()
    {
        Run = input.Run,
        Section = part.Index,
        FirstChunk = part.FirstChunk,
        Chunks = part.Chunks,
        Shape = shape,
        FirstWorker = firstWorker,
        Lanes = lanes,
        Budget = budget,
    };

    private string InstanceOf(int part) => input.SectionShape is null
        ? Names.GroupInstance(input.Run.RunId, input.Run.Generation, part)
        : Names.SectionInstance(input.Run.RunId, input.Run.Generation, part);

    private async Task ListenAsync(Task work, CancellationToken ended)
    {
        var stop = input.Section is null ? Never() : context.WaitForExternalEvent<string>(Names.StopEvent, ended);
        var told = context.WaitForExternalEvent<GroupReport>(Names.TallyEvent, ended);
        while (!work.IsCompleted)
        {
            await (_isStopped ? Task.WhenAny(work, told) : Task.WhenAny(work, told, stop));
            if (stop.IsCompleted) Stop();
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
        if (input.Budget is { } limit && Committed() >= limit) Stop();
        OnChanged?.Invoke();
    }

    private void Stop()
    {
        if (_isStopped) return;
        _isStopped = true;
        var live = _running.Keys.Select(InstanceOf).ToList();
        if (live.Count > 0) _orders.Tell(live, Names.StopEvent, "", RunJson.Default.String);
    }

    private decimal Committed() => Tally.Cost + Running;

    /// <summary>A group of a version that did not count ran all of its chunks.</summary>
    private static RunTally TallyOf(GroupOutcome outcome, BoardPart part) => outcome.Tally ?? new RunTally
    {
        Ended = part.Chunks,
        Flashpoints = part.Counts?.Sum() ?? outcome.Done + outcome.Missing,
        Done = outcome.Done,
        Missing = outcome.Missing,
    };

    private static Task Never() => new TaskCompletionSource().Task;
}
