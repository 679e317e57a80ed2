namespace Serverless.Core.Watching;

/// <summary>Jobs by when they are due. Not thread-safe.</summary>
internal sealed class DueJobs
{
    private PriorityQueue<Entry, DateTimeOffset> _queue = new();

    public void Add(WatchedJob job, DateTimeOffset dueAt) => _queue.Enqueue(new Entry(job, job.Plans), dueAt);

    /// <summary>Takes the job that has been due longest, or moves <paramref name="nextAt"/> ahead to when one will be.</summary>
    public WatchedJob? Take(DateTimeOffset now, ref DateTimeOffset nextAt)
    {
        while (_queue.TryPeek(out var entry, out var due))
        {
            if (entry.Counts && due > now)
            {
                if (due < nextAt) nextAt = due;
                return null;
            }

            _queue.Dequeue();
            if (entry.Counts) return entry.Job;
        }

        return null;
    }

    /// <summary>Takes all that still count.</summary>
    public IEnumerable<WatchedJob> Clear()
    {
        var all = _queue.UnorderedItems;
        _queue = new PriorityQueue<Entry, DateTimeOffset>();
        return all.Select(item => item.Element).Where(entry => entry.Counts).Select(entry => entry.Job);
    }

    /// <summary>A job as it was planned.</summary>
    private readonly record struct Entry(WatchedJob Job, int Plan)
    {
        public bool Counts => !Job.IsForgotten && Job.Plans == Plan;
    }
}
