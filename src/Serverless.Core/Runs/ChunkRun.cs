using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>The attempts of a chunk, one after the other.</summary>
internal sealed class ChunkRun
{
    private readonly OrchestrationContext _context;
    private readonly ChunkInput _input;
    private readonly AttemptJournal _journal;
    private readonly AttemptLedger _ledger;
    private readonly ChunkParts _parts;
    private readonly Orders _orders;
    private readonly HedgedAttempt _attempts;
    private readonly Task<string> _cancel;
    private readonly Task _halt;

    /// <param name="context">The orchestration.</param>
    /// <param name="input">The chunk.</param>
    /// <param name="ended">Is cancelled when the chunk has ended.</param>
    public ChunkRun(OrchestrationContext context, ChunkInput input, CancellationToken ended)
    {
        (_context, _input) = (context, input);
        _journal = new AttemptJournal(context, input);
        _ledger = new AttemptLedger(input, _journal);
        _parts = new ChunkParts(input);
        _orders = new Orders(context);
        _cancel = context.WaitForExternalEvent<string>(Names.CancelEvent, ended);
        _halt = input.Run.MaxCost is null ? Never() : context.WaitForExternalEvent<string>(Names.StopEvent, ended);
        var hedge = input.Run.Hedge is null ? Never() : context.WaitForExternalEvent<string>(Names.HedgeEvent, ended);
        _attempts = new HedgedAttempt(context, input, _journal, _ledger, _cancel, _halt, hedge);
    }

    /// <summary>Whether the run has no money left for another attempt.</summary>
    private bool IsBroke => _halt.IsCompleted || (_input.Budget is { } left && _journal.Cost >= left);

    public async Task<ChunkOutcome> RunAsync()
    {
        var outcome = await RunAttemptsAsync();
        await _orders.CompleteAsync();
        return outcome;
    }

    private async Task<ChunkOutcome> RunAttemptsAsync()
    {
        while (!_parts.IsEmpty && !_cancel.IsCompleted)
        {
            var (attempt, end) = await _attempts.RunAsync(_parts.Current);
            _ledger.Add(end);
            if (end.Unanswered == 0) _parts.Close();
            else if (_cancel.IsCompleted) return _ledger.ToOutcome(ChunkState.Cancelled);
            else if (end.KilledWorker) await OnWorkerDiedAsync(attempt, end);
            if (_parts.IsEmpty) return _ledger.ToOutcome(ChunkState.Completed);
            if (end.Unanswered == 0 && !IsBroke) continue;
            if (end.Unanswered > 0 && !_ledger.MayTryAgain) return _ledger.ToOutcome(ChunkState.Failed);
            TellSpent();
            if (!IsBroke) await BackOffAsync();
            if (IsBroke) return _ledger.ToCutShort();
        }

        return _ledger.ToOutcome(ChunkState.Cancelled);
    }

    private async Task BackOffAsync()
    {
        var wait = Retries.Backoff(_ledger.FailuresInARow, TimeSpan.FromSeconds(_input.Run.PollSeconds), _context.NewGuid());
        using var timer = new CancellationTokenSource();
        await Task.WhenAny(_context.CreateTimer(wait, timer.Token), _cancel, _halt);
        timer.Cancel();
    }

    private void TellSpent()
    {
        if (_input.Owner is { } owner && _journal.Cost is { } cost)
            _orders.Tell([owner], Names.SpentEvent, new SpentReport(_input.Chunk, cost), RunJson.Default.SpentReport);
    }

    private async Task OnWorkerDiedAsync(AttemptInput attempt, AttemptEnd end)
    {
        switch (_parts.OnWorkerDied(end.LastLook!.SplitAt))
        {
            case DeathVerdict.TryAgain:
                _ledger.Forgive();
                break;
            case DeathVerdict.GiveUp:
                var reason = $"poison: workers die on it ({end.Error})";
                _ledger.Add(await _context.CallActivityAsync<CheckResult>(Names.GiveUp, new GiveUpInput(attempt, reason), Retries.Store));
                _parts.Close();
                break;
            default:
                break;
        }
    }

    private static Task Never() => new TaskCompletionSource().Task;
}
