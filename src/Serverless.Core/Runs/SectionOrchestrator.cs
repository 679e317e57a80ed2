using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>A section's share of a very large run.</summary>
public sealed record SectionInput
{
    /// <summary>The run.</summary>
    public required RunInput Run { get; init; }

    /// <summary>Its index.</summary>
    public required int Section { get; init; }

    /// <summary>The index of its first chunk.</summary>
    public required int FirstChunk { get; init; }

    /// <summary>How many chunks it has.</summary>
    public required int Chunks { get; init; }

    /// <summary>How they are shared out.</summary>
    public required FanOutShape Shape { get; init; }

    /// <summary>The number of its first lane, from 1.</summary>
    public required int FirstWorker { get; init; }

    /// <summary>How many lanes it has.</summary>
    public required int Lanes { get; init; }

    /// <summary>Dollars that were left for it when it was started; null: any.</summary>
    public decimal? Budget { get; init; }
}

/// <summary>At most <see cref="Limits.MaxGroupsPerSection"/> groups: between the run and them, so that what they tell does not
/// all end up in one history.</summary>
public sealed class SectionOrchestrator : Orchestrator<SectionInput, GroupOutcome>
{
    /// <inheritdoc/>
    public override async Task<GroupOutcome> RunAsync(OrchestrationContext context, SectionInput input)
    {
        using var ended = new CancellationTokenSource();
        var cancel = context.WaitForExternalEvent<string>(Names.CancelEvent, ended.Token);
        var orders = new Orders(context);
        var reporting = GroupReporting.Of(input.Section, input.Chunks, input.Run);
        GroupBoard? board = null;
        board = new GroupBoard(context, ToBoard(input, context.InstanceId), cancel)
        {
            OnChanged = () =>
            {
                if (reporting?.After(board!.Tally, board.Running) is { } report)
                    orders.Tell([input.Run.RunId], Names.TallyEvent, report, RunJson.Default.GroupReport);
            },
        };
        await board.RunAsync();
        await orders.CompleteAsync();
        ended.Cancel();
        return new GroupOutcome(board.Tally.Done, board.Tally.Missing) { Tally = board.Tally };
    }

    private static BoardInput ToBoard(SectionInput input, string instanceId) => new()
    {
        Run = input.Run,
        Parts = input.Shape.Groups(input.Shape.FirstGroup(input.Section), input.FirstChunk, input.Chunks),
        FirstWorker = input.FirstWorker,
        Workers = input.Lanes,
        Budget = input.Budget,
        Section = instanceId,
    };
}
