using Serverless.Core.Jobs;
using Serverless.Core.Runs;

namespace Serverless.Core.Watching;

/// <summary>Follows the jobs of one backend: one loop looks at them in turn and tells their chunks what has changed.</summary>
internal sealed partial class BackendWatch : IAsyncDisposable
{
    private readonly IJobBackend _backend;
    private readonly WatchParts _parts;
    private readonly QueueHealth _health;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WatchedJob> _jobs = new(StringComparer.Ordinal);
    private readonly LookQueue _queue = new();
    private readonly SeenEnds _ends = new();
    private readonly LookPace _pace;
    private readonly Task _loop;

    public BackendWatch(IJobBackend backend, WatchParts parts)
    {
        _backend = backend;
        _parts = parts;
        _health = new QueueHealth(backend, parts.Time, parts.Log, _stop.Token);
        _pace = new LookPace(LookTimes.LooksPerSecond, parts.Time);

        _loop = Start();
    }

    /// <summary>How many jobs are followed.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _jobs.Count;
        }
    }

    public void Follow(AttemptInput attempt, bool reportsItself)
    {
        lock (_gate)
        {
            if (_jobs.ContainsKey(attempt.JobId!)) return;
            var run = _queue.Of(attempt.Chunk.Run.RunId);
            var job = new WatchedJob(attempt, reportsItself) { IsScout = run.NeedsScout };
            job.Plan(Next_NeedsLock(job));
            if (job.IsScout) job.Plan(NextLook.ForEnd(job.Next.DueAt + (job.Next.DueAt - _parts.Time.GetUtcNow()) * run.NextPhase));
            _jobs.Add(job.Id, job);
            _queue.Add(job);
            Wake_NeedsLock(job.Next.DueAt);
        }
    }

    public void Forget(string jobId)
    {
        lock (_gate)
        {
            _ends.Drop(jobId);
            if (_jobs.Remove(jobId, out var job)) _queue.Remove(job);
        }
    }

    /// <summary>What the look showed that the job's chunk was told of, if that was just now; each once.</summary>
    public JobSnapshot? TakeSeen(string jobId)
    {
        lock (_gate)
        {
            if (_ends.Take(jobId) is { } end) return end;
            if (!_jobs.TryGetValue(jobId, out var job) || !job.HasNews) return null;
            job.HasNews = false;
            return job.SeenAt is { } seen && _parts.Time.GetUtcNow() - seen <= JobWatch.Recent ? job.Last : null;
        }
    }

    /// <summary>Somebody else has looked at the job.</summary>
    public void OnSeen(string jobId, JobSnapshot snapshot)
    {
        lock (_gate)
        {
            if (!_jobs.TryGetValue(jobId, out var job)) return;
            Update_NeedsLock(job, snapshot);
            if (snapshot.State.IsTerminal()) End_NeedsLock(job, snapshot);
            else Requeue_NeedsLock(job, Next_NeedsLock(job));
        }
    }

    /// <summary>Why the job has no worker; null when it has, or nobody knows.</summary>
    public string? WhyHeld(string jobId)
    {
        lock (_gate) return _jobs.GetValueOrDefault(jobId)?.ToldHeld;
    }

    /// <summary>Remembers what a look showed.</summary>
    /// <returns>Whether the job's chunk should be told.</returns>
    private bool Note(WatchedJob job, JobSnapshot snapshot, string? held)
    {
        lock (_gate)
        {
            if (job.IsForgotten) return false;
            var isNews = snapshot.State != job.State || held != job.ToldHeld;
            job.HasNews |= isNews;
            job.ToldHeld = held;
            Update_NeedsLock(job, snapshot);
            if (!snapshot.State.IsTerminal())
            {
                Requeue_NeedsLock(job, Next_NeedsLock(job));
                return isNews;
            }

            End_NeedsLock(job, snapshot);
            _ends.Keep(job.Id, snapshot);
            return true;
        }
    }

    private void Update_NeedsLock(WatchedJob job, JobSnapshot snapshot)
    {
        job.Last = snapshot;
        job.Delay = snapshot.DelayTime ?? job.Delay;
        job.SeenAt = _parts.Time.GetUtcNow();
        job.Failures = 0;
    }

    private void End_NeedsLock(WatchedJob job, JobSnapshot snapshot)
    {
        Learn_NeedsLock(job, snapshot);
        _jobs.Remove(job.Id);
        _queue.Remove(job);
    }

    private void Learn_NeedsLock(WatchedJob job, JobSnapshot snapshot)
    {
        if (snapshot is not { State: JobState.Completed, ExecutionTime: { } execution }) return;
        var run = _queue.Of(job.RunId);
        if (!run.Durations.Add(snapshot.DelayTime ?? TimeSpan.Zero, execution, job.Flashpoints)) return;
        run.PlanAgain(Next_NeedsLock);
        Wake_NeedsLock(DateTimeOffset.MinValue.AddTicks(1));
    }

    /// <summary>A look that failed for a reason that may pass is made again; the others are the chunk's to judge.</summary>
    private bool NoteFailure(WatchedJob job, JobErrorKind kind)
    {
        lock (_gate)
        {
            if (job.IsForgotten) return false;
            job.Failures++;
            var wait = TimeSpan.FromSeconds(Math.Min(60, 5 * Math.Pow(2, Math.Min(4, job.Failures - 1))));
            Requeue_NeedsLock(job, NextLook.ForEnd(_parts.Time.GetUtcNow() + wait));
            return kind is JobErrorKind.Permanent or JobErrorKind.Blocked;
        }
    }

    private void Requeue_NeedsLock(WatchedJob job, NextLook next)
    {
        job.Plan(next);
        _queue.Put(job);
        Wake_NeedsLock(next.DueAt);
    }

    private NextLook Next_NeedsLock(WatchedJob job)
    {
        var now = _parts.Time.GetUtcNow();
        return LookTimes.Next(job, _queue.Of(job.RunId).Durations.EarliestEnd(job), now, _jobs.Count);
    }
}
