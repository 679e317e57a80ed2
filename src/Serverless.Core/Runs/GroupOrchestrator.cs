using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>A group's share of a large run.</summary>
public sealed record GroupInput
{
    /// <summary>The run.</summary>
    public required RunInput Run { get; init; }

    /// <summary>The index of its first chunk.</summary>
    public required int FirstChunk { get; init; }

    /// <summary>How many flashpoints each of its chunks has; empty when that is to be read from the store.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>How many chunks it has; null of a version that counted them one by one.</summary>
    public int? Chunks { get; init; }

    /// <summary>The instance that started it and is told what it comes to; null: the run.</summary>
    public string? Owner { get; init; }

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
        if (input.Chunks is { } chunks)
        {
            var range = new GroupRange(input.Run.RunId, input.FirstChunk, chunks);
            input = input with
            {
                Counts = await context.CallActivityAsync<int[]>(Names.ReadCounts, range, Retries.Store),
            };
        }

        var lanes = new Lanes(context, input, cancel);
        await lanes.RunAsync();
        if (input.Chunks is not null) await MergeAsync(context, input);
        ended.Cancel();
        return new GroupOutcome(lanes.Tally.Done, lanes.Tally.Missing) { Tally = lanes.Tally };
    }

    /// <summary>So that the run's last activity has to open as many objects as there are groups, and not as there are chunks.
    /// Without it that takes longer, and comes to the same.</summary>
    private static async Task MergeAsync(OrchestrationContext context, GroupInput input)
    {
        try
        {
            var range = new GroupRange(input.Run.RunId, input.FirstChunk, input.Counts.Count);
            await context.CallActivityAsync<bool>(Names.MergeGroup, range, Retries.Store);
        }
        catch (TaskFailedException e)
        {
            RunLog.GroupNotMerged(
                context.CreateReplaySafeLogger("Serverless.Core.Runs"), input.Run.RunId, input.FirstChunk, e.FailureDetails.ErrorMessage);
        }
    }
}
