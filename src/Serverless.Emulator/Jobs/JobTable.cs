using System.Diagnostics.CodeAnalysis;
using Serverless.Emulator.Timing;

namespace Serverless.Emulator.Jobs;

/// <summary>
/// All jobs that exist, by id, and when each ceases to: at the end of its time to live whatever its state, or once its
/// result was kept long enough. Guarded by the endpoint's lock.
/// </summary>
internal sealed class JobTable(EmulatorOptions options, AlarmClock alarms, JobQueue queue, Lock gate)
{
    private readonly Dictionary<string, Job> _jobs = [];

    public void Add(Job job)
    {
        _jobs.Add(job.Id, job);
        SetExpiry(job);
    }

    public bool TryFind(string id, [NotNullWhen(true)] out Job? job) =>
        _jobs.TryGetValue(id, out job) && job.VisibleAt <= alarms.Now;

    public bool Contains(Job job) => _jobs.ContainsKey(job.Id);

    /// <summary>Sets or moves the end of the job's existence to what its times now say.</summary>
    public void SetExpiry(Job job)
    {
        job.ExpiryAlarm?.Drop();
        job.ExpiryAlarm = alarms.Set(ExpiryOf(job), () => Expire(job));
    }

    public void Remove(Job job)
    {
        _jobs.Remove(job.Id);
        queue.Remove(job);
        job.Forget();
    }

    private TimeSpan ExpiryOf(Job job)
    {
        if (job.EndedAt is not { } ended) return job.TimeToLiveEndsAt;
        var kept = ended + (job.IsSync ? options.SyncResultRetention : options.AsyncResultRetention);
        return kept < job.TimeToLiveEndsAt ? kept : job.TimeToLiveEndsAt;
    }

    private void Expire(Job job)
    {
        // The alarm may have been moved while this call was on its way.
        lock (gate)
        {
            if (ExpiryOf(job) <= alarms.Now && _jobs.ContainsKey(job.Id)) Remove(job);
        }
    }
}
