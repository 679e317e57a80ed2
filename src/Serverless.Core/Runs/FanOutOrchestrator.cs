using Serverless.Core.Alerts;
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
        var execution = new RunExecution(context, OnDemandRule.WithTail(input, plan), plan, cancel);
        var work = execution.RunAsync();
        await Task.WhenAny(work, cancel, execution.Hopeless);
        await EndEarlyAsync(context, input.RunId, work);
        var chunks = plan.FirstChunk + plan.ChunkCount;
        var isCancelled = cancel.IsCompleted || execution.Hopeless.IsCompleted;
        var summary = await context.CallActivityAsync<RunSummary>(
            Names.Aggregate,
            new AggregateInput(input, startedAt, chunks, isCancelled) { Stop = execution.ToStop() },
            Retries.Store);
        ended.Cancel();
        if (input.TellsEnd == true) await TellEndAsync(context, input, summary);
        return summary;
    }

    /// <summary>Makes the alerts durable before the run is over, so that no crash loses them. They are sent after it, and by
    /// others: a run waits for no chat. That they cannot be made is no reason for a run with results to fail.</summary>
    private static async Task TellEndAsync(OrchestrationContext context, RunInput input, RunSummary summary)
    {
        try
        {
            var end = new RunEndInput(input, summary, new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero));
            await context.CallActivityAsync<int>(Names.TellRunEnd, end, Retries.Store);
        }
        catch (TaskFailedException e)
        {
            AlertLog.NotMade(context.CreateReplaySafeLogger(AlertLog.Category), input.RunId, e.FailureDetails.ErrorMessage);
        }
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
}
