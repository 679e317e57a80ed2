namespace Serverless.Emulator.Jobs;

/// <summary>Jobs that wait for a worker, first come first served. Guarded by the endpoint's lock.</summary>
internal sealed class JobQueue
{
    private readonly LinkedList<Job> _jobs = new();
    private int _lowPriority;

    public int Count => _jobs.Count;

    /// <summary>How many of them are worth a new worker.</summary>
    public int Demand => _jobs.Count - _lowPriority;

    public Job? First => _jobs.First?.Value;

    public void Add(Job job) => Take(job, _jobs.AddLast(job));

    /// <summary>A job whose worker was lost has waited already.</summary>
    public void AddFirst(Job job) => Take(job, _jobs.AddFirst(job));

    /// <summary>Takes a job out, wherever it stands. One that is not in the queue is left as it is.</summary>
    public void Remove(Job job)
    {
        if (job.QueueNode is not { } node) return;
        _jobs.Remove(node);
        job.QueueNode = null;
        if (job.LowPriority) _lowPriority--;
    }

    private void Take(Job job, LinkedListNode<Job> node)
    {
        job.QueueNode = node;
        if (job.LowPriority) _lowPriority++;
    }
}
