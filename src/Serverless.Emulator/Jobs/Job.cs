using Serverless.Emulator.Timing;
using Serverless.Emulator.Workers;

namespace Serverless.Emulator.Jobs;

/// <summary>A job. Every member that changes is guarded by the endpoint's lock.</summary>
internal sealed class Job
{
    private readonly JobTally _tally;
    private TaskCompletionSource? _changed;
    private List<ReadOnlyMemory<byte>> _stream = [];

    public Job(string id, bool isSync, JobSubmission submission, TimeSpan now, JobTally tally)
    {
        Id = id;
        IsSync = isSync;
        Input = submission.Input;
        Traits = submission.Traits;
        Webhook = submission.Webhook;
        LowPriority = submission.LowPriority;
        QueuedAt = now;
        _tally = tally;
        _tally.Enter(JobStatus.InQueue);
    }

    public string Id { get; }

    /// <summary>Whether it came by <c>/runsync</c>, whose results are kept shorter.</summary>
    public bool IsSync { get; }

    public JobTraits Traits { get; }

    public Uri? Webhook { get; }

    public bool LowPriority { get; }

    public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>Null when there was none, or once nobody can need it again.</summary>
    public ReadOnlyMemory<byte>? Input { get; private set; }

    public JobStatus Status { get; private set; }

    /// <summary>Until then no call finds the job.</summary>
    public TimeSpan VisibleAt { get; set; }

    /// <summary>When its time to live is over.</summary>
    public TimeSpan TimeToLiveEndsAt { get; set; }

    public TimeSpan? EndedAt { get; private set; }

    /// <summary>How often it was dispatched again since it was queued by a client.</summary>
    public int Redispatches { get; private set; }

    /// <summary>The worker's hold on it while it is in progress.</summary>
    public Execution? Execution { get; private set; }

    /// <summary>Removes the job.</summary>
    public AlarmClock.Alarm? ExpiryAlarm { get; set; }

    /// <summary>Ends the execution.</summary>
    public AlarmClock.Alarm? ExecutionAlarm { get; set; }

    /// <summary>Its place in the queue while it waits there.</summary>
    public LinkedListNode<Job>? QueueNode { get; set; }

    /// <summary>Completes when something about the job changes.</summary>
    public Task Changed => (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private TimeSpan QueuedAt { get; set; }

    private TimeSpan PickedUpAt { get; set; }

    private JobView? End { get; set; }

    /// <summary>The last progress update, shown as output while the job is in progress.</summary>
    private ReadOnlyMemory<byte>? Progress { get; set; }

    public void PickUp(Execution execution, TimeSpan now)
    {
        Execution = execution;
        PickedUpAt = now;
        Move(JobStatus.InProgress);
    }

    /// <summary>Back to the queue: its worker was lost. Its delay counts from here: the cloud's tells of the last
    /// dispatch only.</summary>
    public void Redispatch(TimeSpan now)
    {
        Redispatches++;
        (QueuedAt, Progress) = (now, null);
        _tally.Redispatched++;
        LeaveWorker();
        Move(JobStatus.InQueue);
    }

    /// <summary>Back to the queue: a client asked to try again.</summary>
    public void Retry(TimeSpan now)
    {
        (End, EndedAt, Redispatches, QueuedAt) = (null, null, 0, now);
        (_stream, Progress) = ([], null);
        Move(JobStatus.InQueue);
    }

    /// <summary>A progress update lands. The platform takes it at its word even when the job has ended: it is in progress
    /// again then, without a worker, and nothing will end it but a client or its time to live.</summary>
    public void Report(ReadOnlyMemory<byte> progress)
    {
        Progress = progress;
        if (!Status.IsTerminal()) SignalChange();
        else
        {
            (End, EndedAt) = (null, null);
            Move(JobStatus.InProgress);
        }
    }

    /// <summary>The end, with what <c>/status</c> will show of it.</summary>
    /// <param name="now">When.</param>
    /// <param name="shape">Takes what is known and gives what shall be shown.</param>
    public void Finish(TimeSpan now, Func<JobView, JobView> shape)
    {
        var known = View();
        if (Execution is not null) known = known with { ExecutionTime = now - PickedUpAt };
        End = shape(known with { Output = null });
        EndedAt = now;
        LeaveWorker();
        if (!End.Status.CanBeRetried()) Input = null;
        Move(End.Status);
    }

    /// <summary>The end of all that is known: the job is no more.</summary>
    public void Forget()
    {
        _tally.Leave(Status);
        Execution?.Stop();
        LeaveWorker();
        ExpiryAlarm?.Drop();
        (Input, End, Progress) = (null, null, null);
        _stream = [];
        SignalChange();
    }

    public JobView View() => End ?? new JobView
    {
        Id = Id,
        Status = Status,
        Redispatches = Redispatches,
        DelayTime = Execution is null ? null : PickedUpAt - QueuedAt,
        WorkerId = Execution?.Worker.Id,

        // As it was seen beside a progress update.
        ExecutionTime = Progress is null ? null : TimeSpan.Zero,
        Output = Progress,
    };

    public void AddToStream(IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        _stream.AddRange(chunks);
        SignalChange();
    }

    /// <summary>Takes what was streamed since the last call; each chunk is given once.</summary>
    public List<ReadOnlyMemory<byte>> DrainStream()
    {
        var drained = _stream;
        if (drained.Count > 0) _stream = [];
        return drained;
    }

    private void LeaveWorker()
    {
        ExecutionAlarm?.Drop();
        ExecutionAlarm = null;
        Execution = null;
    }

    private void Move(JobStatus status)
    {
        _tally.Leave(Status);
        Status = status;
        _tally.Enter(status);
        SignalChange();
    }

    private void SignalChange()
    {
        _changed?.SetResult();
        _changed = null;
    }
}
