using System.Security.Cryptography;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Timing;

namespace Serverless.Emulator.Jobs;

/// <summary>
/// A serverless endpoint: what clients can do with jobs. One lock guards all jobs, the queue and the workers; nothing
/// waits or does input or output while holding it.
/// </summary>
internal sealed class JobEndpoint
{
    private readonly Lock _gate = new();
    private readonly EmulatorParts _parts;
    private readonly JobTally _tally = new();
    private readonly JobQueue _queue = new();
    private readonly IdSource _ids;
    private readonly JobTable _table;
    private readonly JobDispatcher _dispatcher;
    private AlarmClock.Alarm? _quietAlarm;

    public JobEndpoint(EmulatorParts parts)
    {
        _parts = parts;
        _ids = new IdSource(parts.Options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
        _table = new JobTable(parts.Options, parts.Alarms, _queue, _gate);
        _dispatcher = new JobDispatcher(parts, _table, _queue, _ids, _gate);
        lock (_gate)
        {
            _dispatcher.Dispatch();
            WatchQuiet();
        }
    }

    /// <summary>How many workers hold a job.</summary>
    public int BusyWorkers
    {
        get
        {
            lock (_gate) return _dispatcher.Pool.Busy;
        }
    }

    /// <summary>Takes a job.</summary>
    /// <returns>The job as it was when it entered the queue.</returns>
    public JobView Submit(JobSubmission submission, bool isSync)
    {
        lock (_gate)
        {
            var now = _parts.Alarms.Now;
            var job = new Job(_ids.NextJobId(isSync), isSync, submission, now, _tally)
            {
                ExecutionTimeout = submission.ExecutionTimeout ?? _parts.Options.DefaultExecutionTimeout,
                TimeToLiveEndsAt = now + (submission.TimeToLive ?? _parts.Options.DefaultTtl),
            };
            job.VisibleAt = now + (_parts.Faults.Strikes(FaultKind.InvisibleAtFirst, job)?.Delay ?? TimeSpan.Zero);
            _parts.Statistics.JobSubmitted(new SubmittedJob(job.Id, job.Traits.AttemptId));
            var view = job.View();
            _table.Add(job);
            _queue.Add(job);
            WatchQuiet();
            _dispatcher.Dispatch();
            return view;
        }
    }

    /// <summary>Gives an endpoint that was set to no workers its workers back.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _dispatcher.Pool.Wake();
            WatchQuiet();
            _dispatcher.Dispatch();
        }
    }

    /// <summary>Looks at a job; null when there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="timeToLive">How long it shall still exist, or null to leave that as it is.</param>
    public JobView? Look(string id, TimeSpan? timeToLive = null)
    {
        lock (_gate)
        {
            if (!_table.TryFind(id, out var job)) return null;
            if (timeToLive is { } left)
            {
                job.TimeToLiveEndsAt = _parts.Alarms.Now + left;
                _table.SetExpiry(job);
            }

            return job.View();
        }
    }

    /// <summary>Looks at a job once it has ended or the wait is over; null when there is none any more.</summary>
    public Task<JobView?> LookAtEndAsync(string id, TimeSpan wait, CancellationToken cancellationToken) =>
        WaitAsync(id, wait, job => job.View(), view => view.Status.IsTerminal(), cancellationToken);

    /// <summary>Takes what a job has streamed; waits while there is nothing and more can come.</summary>
    public Task<StreamedChunks?> ReadStreamAsync(string id, TimeSpan wait, CancellationToken cancellationToken) =>
        WaitAsync(
            id,
            wait,
            job => new StreamedChunks(job.Status, job.DrainStream()),
            read => read.Chunks.Count > 0 || read.Status.IsTerminal(),
            cancellationToken);

    /// <summary>Ends a job; one that has ended stays as it is. Null when there is none.</summary>
    public JobView? Cancel(string id)
    {
        lock (_gate)
        {
            if (!_table.TryFind(id, out var job)) return null;
            if (!job.Status.IsTerminal()) _dispatcher.Cancel(job);
            return job.View();
        }
    }

    /// <summary>Queues a failed job again.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="isRetried">False when it had not failed, and was left as it is.</param>
    /// <returns>The job as it is now; null when there is none.</returns>
    public JobView? Retry(string id, out bool isRetried)
    {
        isRetried = false;
        lock (_gate)
        {
            if (!_table.TryFind(id, out var job)) return null;
            if (!job.Status.CanBeRetried()) return job.View();
            isRetried = true;
            job.Retry(_parts.Alarms.Now);
            var view = job.View();
            _table.SetExpiry(job);
            _queue.Add(job);
            _dispatcher.Dispatch();
            return view;
        }
    }

    /// <summary>Removes all jobs that no worker has taken yet.</summary>
    /// <returns>How many.</returns>
    public int Purge()
    {
        lock (_gate)
        {
            var count = _queue.Count;
            while (_queue.First is { } job) _table.Remove(job);
            return count;
        }
    }

    public EndpointHealth Health()
    {
        lock (_gate)
        {
            return new EndpointHealth
            {
                Completed = _tally.Total(JobStatus.Completed),
                Failed = _tally.Total(JobStatus.Failed) + _tally.Total(JobStatus.TimedOut),
                InProgress = _tally.Current(JobStatus.InProgress),
                InQueue = _queue.Count,
                Retried = _tally.Redispatched,
                IdleWorkers = _dispatcher.Pool.Idle,
                StartingWorkers = _dispatcher.Pool.Starting,
                RunningWorkers = _dispatcher.Pool.Busy,
                ThrottledWorkers = _dispatcher.Pool.Throttled,
                UnhealthyWorkers = _dispatcher.Pool.Unhealthy,
            };
        }
    }

    private void WatchQuiet()
    {
        if (_parts.Options.DormantAfter is not { } quiet || _dispatcher.Pool.IsDormant) return;
        _quietAlarm?.Drop();
        _quietAlarm = _parts.Alarms.Set(_parts.Alarms.Now + quiet, () =>
        {
            lock (_gate) _dispatcher.Pool.FallAsleep();
        });
    }

    private async Task<T?> WaitAsync<T>(
        string id, TimeSpan wait, Func<Job, T> read, Func<T, bool> suffices, CancellationToken cancellationToken)
        where T : class
    {
        var until = _parts.Alarms.Now + wait;
        while (true)
        {
            T value;
            Task changed;
            TimeSpan left;
            lock (_gate)
            {
                if (!_table.TryFind(id, out var job)) return null;
                value = read(job);
                left = until - _parts.Alarms.Now;
                if (left <= TimeSpan.Zero || suffices(value)) return value;
                changed = job.Changed;
            }

            try
            {
                await changed.WaitAsync(left, _parts.Alarms.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The next look says how the job stands at the end of the wait.
            }
        }
    }
}
