using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Runs the chunks of a plan, in lanes or through groups, and says why it stopped before all were run.</summary>
internal sealed class RunExecution(OrchestrationContext context, RunInput input, PlannedRun plan, Task<string> cancel)
{
    private readonly TaskCompletionSource _hopeless = new();
    private readonly FailureLimit _failures = new(input.MaxFailedPercent, plan.Planned + plan.TooLarge);
    private GroupBoard? _groups;
    private Lanes? _lanes;
    private int _failedWhenHopeless;

    /// <summary>Completes when too much has failed.</summary>
    public Task Hopeless => _hopeless.Task;

    private RunTally Tally => _lanes?.Tally ?? _groups?.Tally ?? new RunTally();

    public Task RunAsync() => plan.ChunkCount <= Limits.MaxChunksPerGroup ? RunLanesAsync() : RunGroupsAsync();

    /// <summary>Why not all was run, or null when it was, or somebody cancelled it.</summary>
    public RunStop? ToStop()
    {
        if (cancel.IsCompleted) return null;
        var tally = Tally;
        var notRun = plan.Planned - tally.Flashpoints + tally.CutShort;
        if (notRun == 0 && !_hopeless.Task.IsCompleted) return null;
        return new RunStop
        {
            Kind = _hopeless.Task.IsCompleted ? StopKind.Failures : StopKind.Budget,
            Spent = tally.Cost,
            Failed = _failedWhenHopeless,
            NotRun = notRun,
        };
    }

    private Task RunLanesAsync()
    {
        var all = new GroupInput
        {
            Run = input,
            FirstChunk = plan.FirstChunk,
            Counts = plan.Counts,
            FirstWorker = 1,
            Lanes = input.Workers,
        };
        _lanes = new Lanes(context, all, cancel)
        {
            OnChunkEnded = OnChanged,
            IsHalted = () => _hopeless.Task.IsCompleted,
        };
        return _lanes.RunAsync();
    }

    private Task RunGroupsAsync()
    {
        var isSectioned = plan.Shape?.SectionSize is not null;
        var board = new BoardInput
        {
            Run = input,
            Parts = isSectioned ? plan.Shape!.Sections(plan.FirstChunk, plan.ChunkCount) : Groups(),
            SectionShape = isSectioned ? plan.Shape : null,
            Workers = input.Workers,
            Budget = input.MaxCost,
        };
        _groups = new GroupBoard(context, board, cancel)
        {
            OnChanged = OnChanged,
            IsHalted = () => _hopeless.Task.IsCompleted,
        };
        return _groups.RunAsync();
    }

    /// <summary>A version that counted chunks one by one shared them out differently, and its runs go on so.</summary>
    private IReadOnlyList<BoardPart> Groups() => plan.Shape?.Groups(0, plan.FirstChunk, plan.ChunkCount) ??
    [
        .. plan.Counts.Chunk(Limits.MaxChunksPerGroup).Select((counts, group) =>
            new BoardPart(group, plan.FirstChunk + group * Limits.MaxChunksPerGroup, counts.Length) { Counts = counts }),
    ];

    private void OnChanged()
    {
        var tally = Tally;
        var failed = tally.Missing + plan.TooLarge;
        if (!_hopeless.Task.IsCompleted && _failures.IsPassed(tally.Flashpoints + plan.TooLarge, failed))
        {
            _failedWhenHopeless = failed;
            _hopeless.SetResult();
        }

        Show(tally);
    }

    /// <summary>A retry plans only what was null: the rest was done before.</summary>
    private void Show(RunTally tally)
    {
        var doneBefore = input.Flashpoints - plan.Planned - plan.TooLarge;
        var chunksBefore = plan.FirstChunk - input.Since;
        context.SetCustomStatus(new RunProgress(
            chunksBefore + plan.ChunkCount,
            chunksBefore + tally.Ended,
            input.Flashpoints,
            doneBefore + tally.Done,
            tally.Missing + plan.TooLarge)
        {
            Cost = input.PricePerSecond is null ? null : tally.Cost,
            WastedCost = input.PricePerSecond is null ? null : tally.WastedCost,
        });
    }
}
