using System.Text.Json;
using Serverless.Core.Jobs;

namespace Serverless.Workers.Local;

/// <summary>One job of a <see cref="LocalJobBackend"/>. It ends once; what comes later is ignored.</summary>
internal sealed class LocalJob(JobId id, JsonElement input, JobRequest request, TimeProvider clock)
{
    /// <summary>How long the end of a job can be looked up, as on RunPod.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private readonly TimeSpan _executionTimeout = request.ExecutionTimeout;
    private readonly TimeSpan _timeToLive = request.TimeToLive;
    private readonly long _submitted = clock.GetTimestamp();
    private WorkerJob? _work = new(id.Value, input);
    private CancellationTokenSource? _stop;
    private ITimer? _limit;
    private long _started;
    private long _ended;
    private JobSnapshot _snapshot = new() { State = JobState.Queued };

    public JobId Id => id;

    /// <summary>True when nobody can look up the job's end any more.</summary>
    public bool IsForgotten
    {
        get
        {
            lock (_gate) return _snapshot.State.IsTerminal() && clock.GetElapsedTime(_ended) >= Retention;
        }
    }

    /// <summary>Starts the job, unless it has ended in the queue.</summary>
    /// <param name="stop">Is cancelled when the job ends before its handler has answered.</param>
    /// <returns>What the handler gets, or null.</returns>
    public WorkerJob? TryStart(CancellationTokenSource stop)
    {
        lock (_gate)
        {
            ExpireInQueue_NeedsLock();
            if (_snapshot.State.IsTerminal()) return null;
            var work = _work;
            _work = null; // A large input need not outlive the handler.
            _stop = stop;
            _started = clock.GetTimestamp();
            var delay = clock.GetElapsedTime(_submitted, _started);
            _snapshot = new() { State = JobState.Running, DelayTime = delay, WorkerId = LocalJobBackend.LocalAddress };
            _limit = Limit(_timeToLive - delay);
            return work;
        }
    }

    /// <summary>What a look at the job shows now.</summary>
    public JobSnapshot Look()
    {
        lock (_gate)
        {
            ExpireInQueue_NeedsLock();
            return _snapshot;
        }
    }

    public void Answer(HandlerAnswer answer) =>
        End(new() { State = answer.State, Output = answer.Output, Error = answer.Error });

    public void Cancel() => End(new() { State = JobState.Cancelled });

    /// <summary>Ends a running job when the worker's time is up or, if that comes first, the job's life.</summary>
    private ITimer Limit(TimeSpan life)
    {
        var error = $"executionTimeout exceeded: {_executionTimeout.TotalSeconds:0.###} s";
        var (limit, end) = life < _executionTimeout
            ? (life, new JobSnapshot { State = JobState.Lost })
            : (_executionTimeout, new JobSnapshot { State = JobState.TimedOut, Error = error });
        return clock.CreateTimer(_ => End(end), null, limit, Timeout.InfiniteTimeSpan);
    }

    private void ExpireInQueue_NeedsLock()
    {
        if (_snapshot.State == JobState.Queued && clock.GetElapsedTime(_submitted) >= _timeToLive)
            End_NeedsLock(new() { State = JobState.Lost });
    }

    private void End(JobSnapshot end)
    {
        lock (_gate) End_NeedsLock(end);
    }

    private void End_NeedsLock(JobSnapshot end)
    {
        if (_snapshot.State.IsTerminal()) return;
        _ended = clock.GetTimestamp();
        _snapshot = end.State == JobState.Lost ? end : end with
        {
            DelayTime = _snapshot.DelayTime,
            ExecutionTime = _stop is null ? null : clock.GetElapsedTime(_started, _ended),
            WorkerId = _snapshot.WorkerId,
        };
        _work = null;
        _limit?.Dispose();

        // Told on a thread of its own: the handler may take its time. One that has answered hears nothing.
        _ = _stop?.CancelAsync();
        _stop = null;
    }
}
