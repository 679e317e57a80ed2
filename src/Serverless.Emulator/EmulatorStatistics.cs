using System.Collections.Concurrent;

namespace Serverless.Emulator;

/// <summary>What has happened since the start. Safe to read at any time.</summary>
public sealed class EmulatorStatistics
{
    // Keeps an emulator that runs for weeks from growing; tests stay far below.
    private const int MaxSubmissions = 100_000;

    private readonly ConcurrentDictionary<(string Operation, int Status), long> _calls = new();
    private readonly ConcurrentDictionary<string, long> _faults = new();
    private readonly ConcurrentQueue<SubmittedJob> _submissions = new();
    private readonly Lock _gate = new();
    private long _jobsSubmitted;
    private long _handlerRuns;
    private long _webhooksTried;
    private long _webhooksTaken;
    private readonly ConcurrentDictionary<string, bool> _answersLost = new();
    private long _limitsExceeded;
    private int _running;
    private int _maxRunning;
    private int _connections;

    /// <summary>Jobs taken by <c>/run</c> and <c>/runsync</c>.</summary>
    public long JobsSubmitted => Interlocked.Read(ref _jobsSubmitted);

    /// <summary>The jobs in the order they were taken; the last 100,000 of them.</summary>
    public IReadOnlyList<SubmittedJob> Submissions => [.. _submissions];

    /// <summary>How often a worker took a job, re-dispatches included.</summary>
    public long Executions => Interlocked.Read(ref _handlerRuns);

    /// <summary>Jobs held by workers now.</summary>
    public int Running
    {
        get
        {
            lock (_gate) return _running;
        }
    }

    /// <summary>The most jobs that workers ever held at once.</summary>
    public int MaxRunning
    {
        get
        {
            lock (_gate) return _maxRunning;
        }
    }

    /// <summary>Connections of clients that are open. One whose client has died is, until all that it had sent by then is dealt
    /// with.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Webhook calls made, repeats included.</summary>
    public long WebhooksTried => Interlocked.Read(ref _webhooksTried);

    /// <summary>Webhook calls that were answered with 2xx.</summary>
    public long WebhooksTaken => Interlocked.Read(ref _webhooksTaken);

    /// <summary>Calls above a rate limit. A 429 that a fault file asked for is none.</summary>
    public long LimitsExceeded => Interlocked.Read(ref _limitsExceeded);

    /// <summary>Counts calls.</summary>
    /// <param name="operation">As in the path: run, runsync, status, status-sync, stream, cancel, retry, purge-queue,
    /// health. Null: all.</param>
    /// <param name="status">The HTTP status; 0 for calls that got no answer. Null: all.</param>
    public long Calls(string? operation = null, int? status = null) => _calls
        .Where(calls => operation is null || calls.Key.Operation == operation)
        .Where(calls => status is null || calls.Key.Status == status)
        .Sum(calls => calls.Value);

    /// <summary>Counts how often a kind of fault has struck.</summary>
    /// <param name="kind">As in the fault file, such as <c>status_429</c>. Null: all.</param>
    public long Faults(string? kind = null) =>
        kind is null ? _faults.Values.Sum() : _faults.GetValueOrDefault(kind);

    internal IEnumerable<KeyValuePair<string, long>> CallsByOperation() => _calls
        .GroupBy(calls => calls.Key.Operation)
        .Select(group => KeyValuePair.Create(group.Key, group.Sum(calls => calls.Value)));

    // Copied by the dictionary itself: who else copies it asks for its count first, and fails when it grows meanwhile.
    internal IEnumerable<KeyValuePair<string, long>> FaultsByKind() => _faults.ToArray();

    internal void Called(string operation, int status) =>
        _calls.AddOrUpdate((operation, status), 1, (_, count) => count + 1);

    internal void LimitExceeded() => Interlocked.Increment(ref _limitsExceeded);

    internal void AnswerLost(string jobId) => _answersLost[jobId] = true;

    internal bool IsAnswerLost(string jobId) => _answersLost.ContainsKey(jobId);

    internal void FaultStruck(string kind) => _faults.AddOrUpdate(kind, 1, (_, count) => count + 1);

    internal void JobSubmitted(SubmittedJob job)
    {
        Interlocked.Increment(ref _jobsSubmitted);
        _submissions.Enqueue(job);
        if (_submissions.Count > MaxSubmissions) _submissions.TryDequeue(out _);
    }

    internal void ExecutionStarted()
    {
        Interlocked.Increment(ref _handlerRuns);
        lock (_gate) _maxRunning = Math.Max(_maxRunning, ++_running);
    }

    internal void ExecutionEnded()
    {
        lock (_gate) _running--;
    }

    internal void Connected() => Interlocked.Increment(ref _connections);

    internal void Disconnected() => Interlocked.Decrement(ref _connections);

    internal void WebhookTried() => Interlocked.Increment(ref _webhooksTried);

    internal void WebhookTaken() => Interlocked.Increment(ref _webhooksTaken);
}

/// <summary>A job that the emulator took.</summary>
/// <param name="JobId">The id it gave.</param>
/// <param name="AttemptId">The input's <c>attempt_id</c>, else its <c>run_id:chunk:attempt</c>, else null.</param>
public sealed record SubmittedJob(string JobId, string? AttemptId);
