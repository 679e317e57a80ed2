using Microsoft.Extensions.Logging;
using Serverless.Core.Planning;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Manifest to chunks, or, for a retry, what is null to further chunks. Doing it again changes nothing.</summary>
internal sealed class PlanRunActivity(RunEnvironment environment, ILogger log) : Activity<RunInput, PlannedRun>
{
    public override async Task<PlannedRun> RunAsync(ActivityContext context, RunInput input)
    {
        using var scope = RunLog.Begin(log, input.RunId);
        using var span = RunDiagnostics.Begin("plan run", input);
        var store = environment.StoreOf(input.RunId);
        var sizes = await store.DescribeAsync(context.CancellationToken);
        var options = new PlanOptions
        {
            Workers = input.Workers,
            ChunkSize = input.ChunkSize,
            MaxFlashpointBytes = environment.Shares is null ? null : Limits.MaxFlashpointBytes,
            Strategy = input.ByWeight ? PlanStrategy.Weight : PlanStrategy.Even,
        };
        var isForced = input.Generation == input.ForcedGeneration;
        if (isForced && input.Cleanup)
        {
            // Asked for: nothing of before is to be seen while all of it runs again.
            await store.ClearFinalAsync(context.CancellationToken);
            await store.ClearChunksAsync(input.Since, context.CancellationToken);
        }

        var plan = isForced || input.Generation == 1
            ? Planner.Plan(sizes, options)
            : Planner.Plan(sizes, options, await store.ReadFailedIndexesAsync(context.CancellationToken));
        var shape = FanOutShape.Of(plan.Chunks.Count, input.Workers);
        var groups = GroupsOf(shape, input, plan.Chunks.Count);
        await store.WriteChunksAsync(plan, input.FirstChunk, input.Since, groups, context.CancellationToken);
        var counts = plan.Chunks.Select(chunk => chunk.Flashpoints.Count);
        return new PlannedRun
        {
            FirstChunk = input.FirstChunk,
            Counts = shape is null ? [.. counts] : [],
            TooLarge = plan.TooLarge.Count,
            Chunks = shape is null ? null : plan.Chunks.Count,
            Flashpoints = shape is null ? null : counts.Sum(),
            Shape = shape,
        };
    }

    private static IReadOnlyList<ChunkRange> GroupsOf(FanOutShape? shape, RunInput input, int chunks) => shape is null
        ? []
        : [.. shape.AllGroups(input.FirstChunk, chunks).Select(group => new ChunkRange(group.FirstChunk, group.Chunks))];
}
