namespace Serverless.Core.Runs;

/// <summary>Adds up the attempts of a chunk and says whether another one is due.</summary>
internal sealed class AttemptLedger(ChunkInput chunk, AttemptJournal journal)
{
    private AttemptEnd? _last;
    private CheckResult? _lastLook;
    private int _number;
    private int _lost;
    private int _submitted;
    private double _executionSec;

    private int _failures;

    /// <summary>Attempts since one that answered all that it was given.</summary>
    public int FailuresInARow { get; private set; }

    public bool MayTryAgain =>
        _last is { Retryable: true } && _lost <= Retries.MaxLostJobs && Used < chunk.Run.MaxAttempts;

    /// <summary>Tries that are used up.</summary>
    public int Used => _failures - _lost;

    public int NextNumber() => ++_number;

    public void Add(AttemptEnd end)
    {
        _last = end;
        _lastLook = end.LastLook ?? _lastLook;
        if (end.Submitted) _submitted++;
        if (end.Lost) _lost++;
        if (end.Unanswered > 0) _failures += Math.Max(1, end.LastLook?.Tries ?? 1);
        FailuresInARow = end.Unanswered > 0 ? FailuresInARow + 1 : 0;
        CountTime(end);
    }

    /// <summary>An attempt beside another, which is the one that counts.</summary>
    public void AddBeside(AttemptEnd end)
    {
        if (end.Submitted) _submitted++;
        CountTime(end);
    }

    /// <summary>The last failure has another answer than to count it.</summary>
    public void Forgive() => _failures--;

    /// <summary>Some flashpoints were given up: that is an answer, too.</summary>
    public void Add(CheckResult givenUp)
    {
        _lastLook = givenUp;
        Forgive();
    }

    /// <summary>There is no money for another attempt.</summary>
    public ChunkOutcome ToCutShort() => ToOutcome(ChunkState.Failed) with
    {
        CutShort = true,
        Error = _last?.Error is { } error
            ? $"not tried again, because the run's budget was spent: {error}"
            : "not tried again, because the run's budget was spent",
    };

    public ChunkOutcome ToOutcome(ChunkState state) => new()
    {
        Chunk = chunk.Chunk,
        Worker = chunk.Worker,
        Flashpoints = chunk.Flashpoints,
        State = state,
        Done = _lastLook?.Done ?? 0,
        Missing = chunk.Flashpoints - (_lastLook?.Done ?? 0),
        Attempts = _submitted,
        JobId = _last?.JobId,
        WorkerId = _last?.LastLook?.WorkerId,
        DelaySec = _last?.LastLook?.DelaySec,
        ExecutionSec = _last?.LastLook?.ExecutionSec,
        TotalExecutionSec = Math.Round(_executionSec, 3),
        Error = state == ChunkState.Completed ? ErrorsInWords() : _last?.Error ?? ErrorsInWords(),
        Cost = journal.Cost,
        WastedCost = journal.WastedCost,
        AttemptLog = journal.Records,
    };

    private void CountTime(AttemptEnd end) =>
        _executionSec += (end.LastLook?.ExecutionSec ?? 0) + (end.Twin?.ExecutionSec ?? 0);

    private string? ErrorsInWords() => _lastLook is { Errors: > 0 } look
        ? $"{look.Errors} of {chunk.Flashpoints} flashpoints were answered with an error"
        : null;
}
