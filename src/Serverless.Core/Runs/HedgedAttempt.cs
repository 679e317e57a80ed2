using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// An attempt, and, when what started the chunk says that it takes too long, a second one beside it over what is still missing.
/// The first complete answer wins, and the other one's job is cancelled. A chunk gets at most one second attempt.
/// </summary>
internal sealed class HedgedAttempt(
    OrchestrationContext context,
    ChunkInput chunk,
    AttemptJournal journal,
    AttemptLedger ledger,
    Task cancel,
    Task halt,
    Task hedge)
{
    /// <summary>Runs the next attempt.</summary>
    /// <returns>The attempt that decides what follows, and how it ended.</returns>
    public async Task<(AttemptInput Attempt, AttemptEnd End)> RunAsync(IndexRange? range)
    {
        // Asked for between two attempts it comes too late: the next one is a new job anyway.
        var mayHedge = !hedge.IsCompleted;
        var first = new Racer(this, range, beside: null);
        if (!mayHedge) return await first.EndAsync();
        await Task.WhenAny(first.Running, hedge);
        if (first.Running.IsCompleted || cancel.IsCompleted || halt.IsCompleted) return await first.EndAsync();
        return await RaceAsync(first, new Racer(this, range, first.Attempt.Attempt));
    }

    private async Task<(AttemptInput Attempt, AttemptEnd End)> RaceAsync(Racer first, Racer second)
    {
        var ahead = await Task.WhenAny(first.Running, second.Running) == first.Running ? first : second;
        var behind = ahead == first ? second : first;
        var end = await ahead.Running;
        if (end.Unanswered == 0) behind.Supersede();
        var other = await behind.Running;

        // Whoever is not the one that counts has cost something all the same; of two that failed, the last knows most.
        var (winner, loser) = end.Unanswered == 0 ? (ahead, other) : (behind, end);
        ledger.AddBeside(loser);
        return await winner.EndAsync();
    }

    private AttemptRun Begin(IndexRange? range, int? beside, Task superseded)
    {
        var attempt = new AttemptInput
        {
            Chunk = chunk,
            Attempt = ledger.NextNumber(),
            BeganAt = context.CurrentUtcDateTime,
            Used = ledger.Used,
            Range = range,
            HedgeOf = beside,
        };
        return new AttemptRun(context, attempt, journal, new AttemptStops(cancel, halt, superseded));
    }

    /// <summary>One of the two.</summary>
    private sealed class Racer
    {
        private readonly TaskCompletionSource _superseded = new();
        private readonly AttemptRun _run;

        public Racer(HedgedAttempt race, IndexRange? range, int? beside)
        {
            _run = race.Begin(range, beside, _superseded.Task);
            Running = _run.RunAsync();
        }

        public Task<AttemptEnd> Running { get; }

        public AttemptInput Attempt => _run.Input;

        public void Supersede() => _superseded.SetResult();

        public async Task<(AttemptInput Attempt, AttemptEnd End)> EndAsync() => (Attempt, await Running);
    }
}
