using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>A run: plan, fan out, aggregate. Fails only when nothing could be planned or stored.</summary>
public sealed class FanOutOrchestrator : Orchestrator<RunInput, RunSummary>
{
    /// <inheritdoc/>
    public override async Task<RunSummary> RunAsync(OrchestrationContext context, RunInput input)
    {
        var startedAt = context.CurrentUtcDateTime;
        using var ended = new CancellationTokenSource();
        var cancel = context.WaitForExternalEvent<string>(Names.CancelEvent, ended.Token);
        var plan = await context.CallActivityAsync<PlannedRun>(Names.PlanRun, input, Retries.Store);
        var work = plan.Counts.Count <= Limits.MaxChunksPerGroup
            ? RunLanesAsync(context, input, plan, cancel)
            : RunGroupsAsync(context, input, plan, cancel);
        await Task.WhenAny(work, cancel);
        await EndEarlyAsync(context, input.RunId, work);
        var summary = await context.CallActivityAsync<RunSummary>(
            Names.Aggregate,
            new AggregateInput(input, startedAt, plan.FirstChunk + plan.Counts.Count, cancel.IsCompleted),
            Retries.Store);
        ended.Cancel();
        return summary;
    }

    /// <summary>Tells all that goes on below that the run was cancelled, again until it has ended: a group may be starting a
    /// chunk while it is told. Nothing is to be told when the work is done.</summary>
    private static async Task EndEarlyAsync(OrchestrationContext context, string runId, Task work)
    {
        for (var round = 1; !work.IsCompleted; round++)
        {
            await context.CallActivityAsync<int>(Names.TellCancelled, runId, Retries.Store);
            using var ended = new CancellationTokenSource();
            await Task.WhenAny(work, context.CreateTimer(Retries.BetweenCancelRounds(round), ended.Token));
            ended.Cancel();
        }

        await work;
    }

    private static Task RunLanesAsync(OrchestrationContext context, RunInput input, PlannedRun plan, Task<string> cancel)
    {
        var all = new GroupInput
        {
            Run = input,
            FirstChunk = plan.FirstChunk,
            Counts = plan.Counts,
            FirstWorker = 1,
            Lanes = input.Workers,
        };
        Lanes? lanes = null;
        lanes = new Lanes(context, all, cancel)
        {
            OnChunkEnded = () => Show(context, input, plan, lanes!.Ended, lanes.Done, lanes.Missing),
        };
        return lanes.RunAsync();
    }

    /// <summary>
    /// Splits chunks into groups and shares the workers out among as many groups as can run at once: with more groups
    /// than workers each has one lane, so that no lane waits at the end of its group for another.
    /// </summary>
    private static async Task RunGroupsAsync(
        OrchestrationContext context, RunInput input, PlannedRun plan, Task<string> cancel)
    {
        var groups = plan.Counts.Chunk(Limits.MaxChunksPerGroup).ToArray();
        var atOnce = Math.Min(input.Workers, groups.Length);
        int next = 0, done = 0, missing = 0, endedChunks = 0;

        async Task RunSlotAsync(int slot)
        {
            var firstWorker = 1 + (int)((long)slot * input.Workers / atOnce);
            var lanes = 1 + (int)((long)(slot + 1) * input.Workers / atOnce) - firstWorker;
            while (next < groups.Length && !cancel.IsCompleted)
            {
                var group = next++;
                var outcome = await RunGroupAsync(context, input, plan, groups[group], group, firstWorker, lanes);
                done += outcome.Done;
                missing += outcome.Missing;
                endedChunks += groups[group].Length;
                Show(context, input, plan, endedChunks, done, missing);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(RunSlotAsync));
    }

    private static Task<GroupOutcome> RunGroupAsync(
        OrchestrationContext context,
        RunInput input,
        PlannedRun plan,
        int[] counts,
        int group,
        int firstWorker,
        int lanes)
    {
        var groupInput = new GroupInput
        {
            Run = input,
            FirstChunk = plan.FirstChunk + group * Limits.MaxChunksPerGroup,
            Counts = counts,
            FirstWorker = firstWorker,
            Lanes = lanes,
        };
        return context.CallSubOrchestratorAsync<GroupOutcome>(
            Names.Group, groupInput, Names.GroupInstance(input.RunId, input.Generation, group));
    }

    /// <summary>A retry plans only what was null: the rest was done before.</summary>
    private static void Show(
        OrchestrationContext context, RunInput input, PlannedRun plan, int ended, int done, int missing)
    {
        var doneBefore = input.Flashpoints - plan.Counts.Sum() - plan.TooLarge;
        context.SetCustomStatus(new RunProgress(
            plan.FirstChunk + plan.Counts.Count,
            plan.FirstChunk + ended,
            input.Flashpoints,
            doneBefore + done,
            missing + plan.TooLarge));
    }
}
