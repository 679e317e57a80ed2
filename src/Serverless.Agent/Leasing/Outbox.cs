using Microsoft.Extensions.Logging;
using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>
/// Tells the coordinator of one job: results as they come, then how it ended. While the coordinator is away it keeps them, and
/// sends them when it is back, in order.
/// </summary>
internal sealed class Outbox(
    LeaseId lease, OutboxFolder folder, CoordinatorClient coordinator, Func<PodIdentity> identity, TimeProvider clock, ILogger logger)
    : IDisposable
{
    private const int MaxBatchBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Queue<Pending> _pending = new();
    private readonly SemaphoreSlim _news = new(0);
    private JobEnd? _end;
    private bool _ended;

    /// <summary>Results that came.</summary>
    public int Count { get; private set; }

    /// <summary>Where the worker may read which of its results are kept; null: nowhere.</summary>
    public ReceiptPipe? Receipts { get; init; }

    /// <summary>Begins to keep things on disk.</summary>
    public void Begin()
    {
        if (!folder.TryBegin(lease)) logger.NotKept(lease.Job);
    }

    /// <summary>Takes up what an agent that died has left.</summary>
    public void Restore(LeftOutbox left)
    {
        foreach (var (file, entry) in left.Entries) Enqueue(new Pending(entry, file));
        _end = left.End;
        _news.Release();
    }

    /// <summary>A result has come.</summary>
    public void Add(ResultEntry entry)
    {
        var file = folder.TryAdd(entry);
        if (file is null) logger.NotKept(lease.Job);
        else Receipts?.Tell(entry.Id);
        Enqueue(new Pending(entry, file));
    }

    /// <summary>An entry has come that nobody waits for, such as a second one for a flashpoint.</summary>
    public void Pass(string id) => Receipts?.Tell(id);

    /// <summary>The work has ended.</summary>
    public void End(JobEnd end)
    {
        folder.TryEnd(end);
        lock (_gate) _end = end;
        _news.Release();
    }

    /// <summary>Sends all there is until the coordinator knows how the job ended.</summary>
    /// <param name="untilEmpty">Whether to end, too, when there is nothing left to send and no end.</param>
    /// <param name="cancellationToken">The job is lost, or there is no more time. What was not sent stays on disk.</param>
    /// <returns>What came of the last call.</returns>
    public async Task<CallOutcome> SendAsync(bool untilEmpty, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var (outcome, retryAfter) = await SendNextAsync(cancellationToken);
            if (outcome is CallOutcome.Stale or CallOutcome.Fatal) return outcome;
            if (outcome == CallOutcome.Unavailable)
            {
                await Task.Delay(retryAfter ?? pause, clock, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                continue;
            }

            pause = FirstPause;
            if (outcome == CallOutcome.Answered) continue;
            if (_ended || untilEmpty) return CallOutcome.Answered;
            await _news.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Forgets all of it.</summary>
    public void Drop() => folder.TryDelete();

    public void Dispose()
    {
        _news.Dispose();
        Receipts?.Dispose();
    }

    /// <summary>Sends one call; <see cref="CallOutcome.Refused"/> when there was none to send.</summary>
    private async Task<(CallOutcome Outcome, TimeSpan? RetryAfter)> SendNextAsync(CancellationToken cancellationToken)
    {
        List<Pending> batch;
        JobEnd? end;
        lock (_gate) (batch, end) = (NextBatch(), _end);
        if (batch.Count > 0)
        {
            var entries = batch.Select(pending => pending.Entry).ToList();
            var request = new ResultsRequest { Identity = identity(), Lease = lease, Entries = entries };
            var sent = await coordinator.CallAsync(WorkCalls.Results, request, cancellationToken);
            Say(sent.Outcome, sent.Reason);
            if (sent.Outcome is CallOutcome.Answered or CallOutcome.Refused or CallOutcome.TooLarge) Forget(batch);
            return (IsDone(sent.Outcome) ? CallOutcome.Answered : sent.Outcome, sent.RetryAfter);
        }

        if (end is null || _ended) return (CallOutcome.Refused, null);
        var (outcome, reason, retryAfter) = await SendEndAsync(end, cancellationToken);
        Say(outcome, reason);
        if (outcome == CallOutcome.TooLarge)
        {
            const string Error = "The output is too large for one call; stream its entries";
            End(new JobEnd { Error = Error, Fault = WorkFault.Handler, Seconds = end.Seconds });
            return (CallOutcome.Answered, null);
        }

        _ended = IsDone(outcome);
        return (_ended ? CallOutcome.Answered : outcome, retryAfter);
    }

    private static bool IsDone(CallOutcome outcome) =>
        outcome is CallOutcome.Answered or CallOutcome.Refused or CallOutcome.TooLarge;

    private async Task<(CallOutcome, string, TimeSpan?)> SendEndAsync(JobEnd end, CancellationToken cancellationToken)
    {
        var who = identity();
        var sent = end switch
        {
            { Released: { } reason } => await coordinator.CallAsync(
                WorkCalls.Release,
                new ReleaseRequest
                {
                    Identity = who,
                    Lease = lease,
                    Reason = reason,
                    Text = end.Error,
                    Notice = end.Notice,
                    Checkpoint = end.Checkpoint,
                    ExecutionSeconds = end.Seconds,
                },
                cancellationToken),
            { Error: { } error } => await coordinator.CallAsync(
                WorkCalls.Fail,
                new FailRequest { Identity = who, Lease = lease, Error = error, Fault = end.Fault, ExecutionSeconds = end.Seconds },
                cancellationToken),
            _ => await coordinator.CallAsync(
                WorkCalls.Complete,
                new CompleteRequest { Identity = who, Lease = lease, Output = end.Output, ExecutionSeconds = end.Seconds },
                cancellationToken),
        };
        return (sent.Outcome, sent.Reason, sent.RetryAfter);
    }

    private void Enqueue(Pending pending)
    {
        lock (_gate)
        {
            _pending.Enqueue(pending);
            Count++;
        }

        _news.Release();
    }

    private List<Pending> NextBatch()
    {
        var batch = new List<Pending>();
        var bytes = 0;
        foreach (var pending in _pending)
        {
            bytes += pending.Entry.Value.Utf8.Length;
            if (batch.Count == WorkLimits.MaxEntries || (batch.Count > 0 && bytes > MaxBatchBytes)) break;
            batch.Add(pending);
        }

        return batch;
    }

    private void Forget(List<Pending> batch)
    {
        lock (_gate)
        {
            for (var i = 0; i < batch.Count; i++) _pending.Dequeue();
        }

        foreach (var (entry, file) in batch)
        {
            if (file is null) Receipts?.Tell(entry.Id);
            else folder.TryDelete(file);
        }
    }

    private void Say(CallOutcome outcome, string reason)
    {
        if (outcome is CallOutcome.Refused or CallOutcome.TooLarge) logger.Refused(lease.Job, reason);
    }

    /// <param name="Entry">The result.</param>
    /// <param name="File">Where it is kept; null: in memory alone.</param>
    private sealed record Pending(ResultEntry Entry, string? File);
}
