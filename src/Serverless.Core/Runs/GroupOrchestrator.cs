using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>A group's share of a large run.</summary>
public sealed record GroupInput
{
    /// <summary>The run.</summary>
    public required RunInput Run { get; init; }

    /// <summary>The index of its first chunk.</summary>
    public required int FirstChunk { get; init; }

    /// <summary>How many flashpoints each of its chunks has.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>The number of its first lane, from 1.</summary>
    public required int FirstWorker { get; init; }

    /// <summary>How many lanes it has.</summary>
    public required int Lanes { get; init; }

    /// <summary>Its index among the groups; null when the run has none, and this is all of it.</summary>
    public int? Group { get; init; }

    /// <summary>Dollars that were left for it when it was started; null: any.</summary>
    public decimal? Budget { get; init; }
}

/// <summary>A group's results in numbers; its chunks' lie in the store.</summary>
/// <param name="Done">Flashpoints with a result.</param>
/// <param name="Missing">Flashpoints without one.</param>
public sealed record GroupOutcome(int Done, int Missing)
{
    /// <summary>What its chunks came to; null of a version that did not count.</summary>
    public RunTally? Tally { get; init; }
}

/// <summary>At most <see cref="Limits.MaxChunksPerGroup"/> chunks, so that no single history grows without bound.
/// </summary>
public sealed class GroupOrchestrator : Orchestrator<GroupInput, GroupOutcome>
{
    /// <inheritdoc/>
    public override async Task<GroupOutcome> RunAsync(OrchestrationContext context, GroupInput input)
    {
        using var ended = new CancellationTokenSource();
        var cancel = context.WaitForExternalEvent<string>(Names.CancelEvent, ended.Token);
        var lanes = new Lanes(context, input, cancel);
        await lanes.RunAsync();
        ended.Cancel();
        return new GroupOutcome(lanes.Tally.Done, lanes.Tally.Missing) { Tally = lanes.Tally };
    }
}
