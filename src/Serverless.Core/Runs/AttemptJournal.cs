using Serverless.Core.Jobs;
using Serverless.Core.Pricing;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Keeps the records of a chunk's attempts, with what they cost, and shows them as they change.</summary>
internal sealed class AttemptJournal(OrchestrationContext context, ChunkInput chunk)
{
    private readonly List<AttemptRecord> _records = [];
    private int _done;
    private string? _held;

    public IReadOnlyList<AttemptRecord> Records => _records;

    /// <summary>Dollars that ended attempts cost; null when no cost is reckoned.</summary>
    public decimal? Cost => chunk.Run.PricePerSecond is null ? null : _records.Sum(record => record.Cost ?? 0);

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost => chunk.Run.PricePerSecond is null ? null : _records.Sum(record => record.WastedCost ?? 0);

    /// <summary>A job was taken.</summary>
    public void Begin(AttemptInput attempt, int flashpoints) => Add(new AttemptRecord
    {
        Attempt = attempt.Attempt,
        State = JobState.Queued,
        JobId = attempt.JobId,
        Flashpoints = flashpoints,
        SubmittedAt = attempt.SubmittedAt,
        HedgeOf = attempt.HedgeOf,
    });

    /// <summary>Nothing goes on, though nothing has failed; null: it does.</summary>
    public void Hold(string? reason)
    {
        if (_held == reason) return;
        _held = AttemptRecord.Shorten(reason);
        Show();
    }

    /// <summary>The job of an attempt was looked at.</summary>
    public void Look(int number, CheckResult look)
    {
        Hold(look.Held);
        if (look.Done > _done)
        {
            _done = look.Done;
            Show();
        }

        if (look.State is not null) Replace(number, last => Seen(last, look));
    }

    /// <summary>An attempt is over.</summary>
    public void End(int number, AttemptEnd end)
    {
        _done = Math.Max(_done, end.LastLook?.Done ?? 0);
        var error = AttemptRecord.Shorten(end.Error);
        DateTimeOffset now = context.CurrentUtcDateTime;
        if (end.JobId is not null)
        {
            Replace(number, last => Priced(
                Known(last, end.LastLook) with
                {
                    EndedAt = now,
                    JobId = end.JobId,
                    Error = error,
                    Superseded = end.Superseded ? true : null,
                    CancelUnconfirmed = end.CancelUnconfirmed ? true : null,
                },
                end));
        }
        else if (error is not null)
        {
            Add(new AttemptRecord { Attempt = number, SubmittedAt = now, EndedAt = now, Error = error });
        }
    }

    /// <summary>How many flashpoints an attempt was the one to answer.</summary>
    private int AnsweredBy(AttemptRecord record, AttemptEnd end)
    {
        if (!end.Superseded) return record.Flashpoints - end.Unanswered;
        if (record.HedgeOf is not null) return 0;
        var winner = _records.LastOrDefault(other => other.HedgeOf == record.Attempt);
        return record.Flashpoints - (winner?.Flashpoints ?? record.Flashpoints);
    }

    private AttemptRecord Priced(AttemptRecord record, AttemptEnd end)
    {
        if (chunk.Run.PricePerSecond is not { } price) return record;
        var isEstimated = record.ExecutionSec is null && record.RunningAt is not null;
        var held = isEstimated ? (record.EndedAt - record.RunningAt)!.Value.TotalSeconds : Held(record);
        var cost = Billing.CostOf(record.DelaySec, held, price);
        var twin = end.Twin is { } look ? Billing.CostOf(look.DelaySec, look.ExecutionSec, price) : 0;
        return record with
        {
            Cost = cost + twin,
            WastedCost = Billing.WasteOf(cost, record.Flashpoints, AnsweredBy(record, end)) + twin,
            CostEstimated = isEstimated ? true : null,
        };
    }

    /// <summary>A worker that answered within a millisecond was there all the same.</summary>
    private static double? Held(AttemptRecord record) =>
        record is { State: JobState.Completed, ExecutionSec: 0 } ? 0.001 : record.ExecutionSec;

    private AttemptRecord Seen(AttemptRecord record, CheckResult look) => Known(record, look) with
    {
        State = look.State,
        RunningAt = record.RunningAt ?? (look.State == JobState.Running ? context.CurrentUtcDateTime : null),
    };

    private static AttemptRecord Known(AttemptRecord record, CheckResult? look) => look is null ? record : record with
    {
        DelaySec = look.DelaySec ?? record.DelaySec,
        ExecutionSec = look.ExecutionSec ?? record.ExecutionSec,
        WorkerId = look.WorkerId ?? record.WorkerId,
    };

    private void Add(AttemptRecord record)
    {
        _records.Add(record);
        Show();
    }

    private void Replace(int number, Func<AttemptRecord, AttemptRecord> change)
    {
        var index = _records.FindLastIndex(record => record.Attempt == number);
        var record = change(_records[index]);
        if (_records[index] == record) return;
        _records[index] = record;
        Show();
    }

    private void Show() => context.SetCustomStatus(ShownAttempts.Of(chunk.Worker, _done, _records, _held));
}
