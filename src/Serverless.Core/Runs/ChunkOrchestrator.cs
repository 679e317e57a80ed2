using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// One chunk: attempts until every flashpoint is answered or no attempt is left. Each attempt is a job, watched by
/// short looks between durable timers, so that nothing waits for hours in a slot.
/// </summary>
public sealed class ChunkOrchestrator : Orchestrator<ChunkInput, ChunkOutcome>
{
    /// <inheritdoc/>
    public override async Task<ChunkOutcome> RunAsync(OrchestrationContext context, ChunkInput input)
    {
        using var ended = new CancellationTokenSource();
        var cancel = context.WaitForExternalEvent<string>(Names.CancelEvent, ended.Token);
        var outcome = await RunAttemptsAsync(context, input, cancel);
        ended.Cancel();
        await context.CallActivityAsync<bool>(Names.RecordChunk, new RecordInput(input.Run.RunId, outcome), Retries.Store);
        return outcome;
    }

    private static async Task<ChunkOutcome> RunAttemptsAsync(
        OrchestrationContext context, ChunkInput input, Task<string> cancel)
    {
        var journal = new AttemptJournal(context, input);
        var ledger = new AttemptLedger(input, journal);
        while (!cancel.IsCompleted)
        {
            var attempt = new AttemptRun(context, input, ledger.NextNumber(), journal, cancel);
            var end = await attempt.RunAsync();
            ledger.Add(end);
            if (end.Unanswered == 0) return ledger.ToOutcome(ChunkState.Completed);
            if (cancel.IsCompleted) return ledger.ToOutcome(ChunkState.Cancelled);
            if (!ledger.MayTryAgain) return ledger.ToOutcome(ChunkState.Failed);

            var wait = Retries.Backoff(ledger.Failures, TimeSpan.FromSeconds(input.Run.PollSeconds), context.NewGuid());
            using var timer = new CancellationTokenSource();
            await Task.WhenAny(context.CreateTimer(wait, timer.Token), cancel);
            timer.Cancel();
        }

        return ledger.ToOutcome(ChunkState.Cancelled);
    }
}
