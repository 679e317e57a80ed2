using Serverless.Core.Jobs;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Keeps the records of a chunk's attempts and shows them as they change.</summary>
internal sealed class AttemptJournal(OrchestrationContext context, ChunkInput chunk)
{
    private readonly List<AttemptRecord> _records = [];
    private int _done;
    private string? _held;

    public IReadOnlyList<AttemptRecord> Records => _records;

    /// <summary>A job was taken.</summary>
    public void Begin(int number, string jobId, DateTimeOffset submittedAt, int flashpoints)
    {
        _records.Add(new AttemptRecord
        {
            Attempt = number,
            State = JobState.Queued,
            JobId = jobId,
            Flashpoints = flashpoints,
            SubmittedAt = submittedAt,
        });
        Show();
    }

    /// <summary>Nothing goes on, though nothing has failed; null: it does.</summary>
    public void Hold(string? reason)
    {
        if (_held == reason) return;
        _held = Cut(reason);
        Show();
    }

    /// <summary>The attempt's job was looked at.</summary>
    public void Look(CheckResult look)
    {
        Hold(look.Held);
        if (look.Done > _done)
        {
            _done = look.Done;
            Show();
        }

        if (look.State is not { } state) return;
        var last = _records[^1];
        Replace(last with
        {
            State = state,
            RunningAt = last.RunningAt ?? (state == JobState.Running ? context.CurrentUtcDateTime : null),
            DelaySec = look.DelaySec ?? last.DelaySec,
            ExecutionSec = look.ExecutionSec ?? last.ExecutionSec,
            WorkerId = look.WorkerId ?? last.WorkerId,
        });
    }

    /// <summary>The attempt is over.</summary>
    public void End(int number, AttemptEnd end)
    {
        _done = end.LastLook?.Done ?? _done;
        var error = Cut(end.Error);
        DateTimeOffset now = context.CurrentUtcDateTime;
        if (end.JobId is not null)
            Replace(_records[^1] with { EndedAt = now, JobId = end.JobId, Error = error, CancelUnconfirmed = end.CancelUnconfirmed });
        else if (error is not null)
            Add(new AttemptRecord { Attempt = number, SubmittedAt = now, EndedAt = now, Error = error });
    }

    private void Add(AttemptRecord record)
    {
        _records.Add(record);
        Show();
    }

    private void Replace(AttemptRecord record)
    {
        if (_records[^1] == record) return;
        _records[^1] = record;
        Show();
    }

    private void Show() => context.SetCustomStatus(new ChunkProgress(chunk.Worker, _done, [.. _records]) { Held = _held });

    private static string? Cut(string? error) => error is { Length: > AttemptRecord.MaxErrorLength }
        ? string.Concat(error.AsSpan(0, AttemptRecord.MaxErrorLength - 1), "…")
        : error;
}
