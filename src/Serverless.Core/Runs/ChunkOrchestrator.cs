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
        var parts = new ChunkParts(input);
        while (!parts.IsEmpty && !cancel.IsCompleted)
        {
            var attempt = new AttemptRun(context, input, parts.Current, ledger.NextNumber(), journal, cancel);
            var end = await attempt.RunAsync();
            ledger.Add(end);
            if (end.Unanswered == 0) parts.Close();
            else if (cancel.IsCompleted) return ledger.ToOutcome(ChunkState.Cancelled);
            else if (end.KilledWorker) await OnWorkerDiedAsync(context, attempt.Input, end, parts, ledger);
            if (parts.IsEmpty) return ledger.ToOutcome(ChunkState.Completed);
            if (end.Unanswered == 0) continue;
            if (!ledger.MayTryAgain) return ledger.ToOutcome(ChunkState.Failed);

            var wait = Retries.Backoff(ledger.FailuresInARow, TimeSpan.FromSeconds(input.Run.PollSeconds), context.NewGuid());
            using var timer = new CancellationTokenSource();
            await Task.WhenAny(context.CreateTimer(wait, timer.Token), cancel);
            timer.Cancel();
        }

        return ledger.ToOutcome(ChunkState.Cancelled);
    }

    private static async Task OnWorkerDiedAsync(
        OrchestrationContext context, AttemptInput attempt, AttemptEnd end, ChunkParts parts, AttemptLedger ledger)
    {
        switch (parts.OnWorkerDied(end.LastLook!.SplitAt))
        {
            case DeathVerdict.TryAgain:
                ledger.Forgive();
                break;
            case DeathVerdict.GiveUp:
                var reason = $"poison: workers die on it ({end.Error})";
                ledger.Add(await context.CallActivityAsync<CheckResult>(Names.GiveUp, new GiveUpInput(attempt, reason), Retries.Store));
                parts.Close();
                break;
            default:
                break;
        }
    }
}
