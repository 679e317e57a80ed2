namespace Serverless.Core.Jobs;

/// <summary>
/// Where chunks are run: RunPod, a program on this machine, later pods. Knows one job at a time; what a job's end means
/// for a run is decided above it.
/// </summary>
public interface IJobBackend
{
    /// <summary>What the run remembers to find the same backend again, such as
    /// <c>runpod:https://api.runpod.ai/v2/abc</c>.</summary>
    string Address { get; }

    /// <summary>Whether it makes a difference to it that a job is <see cref="JobRequest.OnDemand"/>. Default: false.</summary>
    bool HasOnDemand => false;

    /// <summary>Whether it takes inputs of any size, so that flashpoints never have to be put into the store for it. Default:
    /// false.</summary>
    bool TakesLargeInputs => false;

    /// <summary>Hands a job over.</summary>
    /// <returns>The job's id, which is all that is needed to find it again after a crash.</returns>
    /// <exception cref="JobBackendException">The job was not taken, or nobody can say whether it was.</exception>
    Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken);

    /// <summary>Looks at a job once. A job that nobody knows any more is <see cref="JobState.Lost"/>, not an error.</summary>
    /// <exception cref="JobBackendException">No answer could be had; the job goes on as it was.</exception>
    Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken);

    /// <summary>Ends a job. One that has ended or is unknown is no error.</summary>
    /// <exception cref="JobBackendException">It could not be confirmed that the job is over.</exception>
    Task CancelAsync(JobReference job, CancellationToken cancellationToken);
}

/// <summary>A job's id as its backend gave it. Opaque.</summary>
public readonly record struct JobId
{
    /// <summary>Creates an id.</summary>
    /// <exception cref="ArgumentException">The text is blank.</exception>
    public JobId(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        Value = value;
    }

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A job that was handed over.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SubmittedAt">When; a job may be invisible for a while after that.</param>
public sealed record JobReference(JobId Id, DateTimeOffset SubmittedAt);

/// <summary>What a backend is asked to run.</summary>
public sealed record JobRequest
{
    /// <summary>Tells a duplicate apart, since submitting has no idempotency key: <c>run:chunk:attempt</c>.</summary>
    public required string AttemptId { get; init; }

    /// <summary>When the attempt began, as its history has it. Together with <see cref="AttemptId"/> it tells a call that is made
    /// again after a crash from one of a later run of the same name.</summary>
    public DateTimeOffset BeganAt { get; init; }

    /// <summary>Tries of the chunk that earlier jobs have used up.</summary>
    public int UsedAttempts { get; init; }

    /// <summary>Tries that the chunk has in all. A backend that tries a job again by itself goes no further than this, counted from
    /// <see cref="UsedAttempts"/>.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>Whether it should go where nothing takes the machine away, where there is such a choice.</summary>
    public bool OnDemand { get; init; }

    /// <summary>The value of <c>input</c>: one JSON object.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>How long the worker may hold the job.</summary>
    public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>How long the job may live from submission, queue included.</summary>
    public required TimeSpan TimeToLive { get; init; }

    /// <summary>Where to report the end, or null.</summary>
    public Uri? Webhook { get; init; }
}

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>Waiting for a worker.</summary>
    Queued,

    /// <summary>Held by a worker. Any state that the backend has and we do not know counts as this.</summary>
    Running,

    /// <summary>Ended by the handler. Whether the output is usable is another question.</summary>
    Completed,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended because its time was up.</summary>
    TimedOut,

    /// <summary>Ended from outside.</summary>
    Cancelled,

    /// <summary>The backend does not know it any more: its result, if there was one, is gone.</summary>
    Lost,
}

/// <summary>Questions about a <see cref="JobState"/>.</summary>
public static class JobStateExtensions
{
    /// <summary>True when the job will not change any more.</summary>
    public static bool IsTerminal(this JobState state) => state is not (JobState.Queued or JobState.Running);
}

/// <summary>What one look at a job showed.</summary>
public sealed record JobSnapshot
{
    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>From submission until a worker took it; of the last dispatch only, if there were several.</summary>
    public TimeSpan? DelayTime { get; init; }

    /// <summary>How long a worker held it; usually not known before the end.</summary>
    public TimeSpan? ExecutionTime { get; init; }

    /// <summary>The worker.</summary>
    public string? WorkerId { get; init; }

    /// <summary>How often the platform dispatched it again.</summary>
    public int Redispatches { get; init; }

    /// <summary>Tries that it has used up, where the backend tries by itself; else 1.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The handler's answer as JSON; null when there is none. Only a terminal job has one.</summary>
    public ReadOnlyMemory<byte>? Output { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? Error { get; init; }

    /// <summary>Who is at fault that the job did not complete. Only a job that failed or timed out has one.</summary>
    public JobFault Fault { get; init; }
}

/// <summary>Who is at fault that a job did not complete: decides what the next attempt looks like.</summary>
public enum JobFault
{
    /// <summary>Nobody, or nobody can say.</summary>
    Unknown,

    /// <summary>The handler said no: it raised, or answered with an error.</summary>
    Handler,

    /// <summary>The worker died under the job, or was lost: perhaps by chance, perhaps because of what is in it.</summary>
    Worker,

    /// <summary>The job took longer than it may.</summary>
    TimeLimit,
}

/// <summary>A backend whose jobs hand over parts of their output before they end.</summary>
public interface IStreamsOutput
{
    /// <summary>Whether a job's parts are kept until they are taken, at no cost: it is always worth asking then. Default: false.
    /// </summary>
    bool KeepsParts(JobId job) => false;

    /// <summary>Takes what a job has yielded since the last call. Each part comes once, and one whose answer is lost does not
    /// come again: the job's output is what counts in the end.</summary>
    /// <returns>The parts, in order.</returns>
    /// <exception cref="JobBackendException">No answer could be had.</exception>
    Task<IReadOnlyList<JobPart>> DrainAsync(JobReference job, CancellationToken cancellationToken);
}

/// <summary>A part of a job's output.</summary>
/// <param name="Json">The part.</param>
/// <param name="Id">The flashpoint that it belongs to; null when only the part itself says so.</param>
public readonly record struct JobPart(ReadOnlyMemory<byte> Json, string? Id = null);

/// <summary>Whether a failed call is worth repeating.</summary>
public enum JobErrorKind
{
    /// <summary>Network, overload, the edge: may pass.</summary>
    Transient,

    /// <summary>The request or the account is wrong: will not pass by itself.</summary>
    Permanent,

    /// <summary>A submission whose answer was lost: the job may or may not be there.</summary>
    Ambiguous,

    /// <summary>The account or the key's rights are in the way: nothing will go until a person has seen to it, and then all of
    /// it will.</summary>
    Blocked,
}

/// <summary>A call to a job backend failed.</summary>
public sealed class JobBackendException(JobErrorKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Whether to repeat the call.</summary>
    public JobErrorKind Kind { get; } = kind;
}
