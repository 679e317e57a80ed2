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

    /// <summary>Attempts that ended without all answers.</summary>
    public int Failures { get; private set; }

    public bool MayTryAgain =>
        _last is { Retryable: true } && _lost <= Retries.MaxLostJobs && Failures - _lost < chunk.Run.MaxAttempts;

    public int NextNumber() => ++_number;

    public void Add(AttemptEnd end)
    {
        _last = end;
        _lastLook = end.LastLook ?? _lastLook;
        if (end.Submitted) _submitted++;
        if (end.Lost) _lost++;
        if (end.Unanswered > 0) Failures++;
        _executionSec += end.LastLook?.ExecutionSec ?? 0;
    }

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
        Error = state == ChunkState.Completed && _lastLook?.Errors is null or 0 ? null : _last?.Error ?? ErrorsInWords(),
        AttemptLog = journal.Records,
    };

    private string? ErrorsInWords() => _lastLook is { Errors: > 0 } look
        ? $"{look.Errors} of {chunk.Flashpoints} flashpoints were answered with an error"
        : null;
}
