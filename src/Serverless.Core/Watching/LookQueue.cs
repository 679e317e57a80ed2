namespace Serverless.Core.Watching;

/// <summary>
/// Which job of a backend is looked at next: of each run the one that has been due longest, the runs by turns, so that a run
/// of ten jobs does not wait behind one of ten thousand. Not thread-safe.
/// </summary>
internal sealed class LookQueue
{
    private readonly Dictionary<string, RunJobs> _runs = new(StringComparer.Ordinal);
    private readonly LinkedList<RunJobs> _turns = new();

    /// <summary>How many jobs are followed, those under way included.</summary>
    public int Count { get; private set; }

    /// <summary>The run's jobs; made when it is new.</summary>
    public RunJobs Of(string runId)
    {
        if (_runs.TryGetValue(runId, out var run)) return run;
        run = new RunJobs(runId);
        _turns.AddLast(run);
        return _runs[runId] = run;
    }

    public void Add(WatchedJob job)
    {
        Count++;
        var run = Of(job.RunId);
        run.Count++;
        if (job.IsScout) run.Scouts++;
        Put(job);
    }

    /// <summary>Puts a job back that goes on.</summary>
    public void Put(WatchedJob job) => Of(job.RunId).Put(job);

    /// <summary>The job is not followed any more.</summary>
    public void Remove(WatchedJob job)
    {
        job.IsForgotten = true;
        Count--;
        var run = Of(job.RunId);
        if (job.IsScout) run.Scouts--;
        if (--run.Count > 0) return;
        _runs.Remove(job.RunId);
        _turns.Remove(run);
    }

    /// <summary>Takes the next job that is due, or says when one will be.</summary>
    public WatchedJob? Take(DateTimeOffset now, out DateTimeOffset nextAt)
    {
        nextAt = DateTimeOffset.MaxValue;
        for (var turn = _turns.First; turn is not null; turn = turn.Next)
        {
            if (turn.Value.Take(now, ref nextAt) is not { } job) continue;
            _turns.Remove(turn);
            _turns.AddLast(turn);
            return job;
        }

        return null;
    }
}
