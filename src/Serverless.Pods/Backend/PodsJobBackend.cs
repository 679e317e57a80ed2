using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Jobs;
using Serverless.Pods.Queueing;
using Serverless.Pods.Storage;
using Serverless.Protocol;

namespace Serverless.Pods;

/// <summary>
/// Runs jobs on pods that take them from a queue. A job's id is made of what it is for, so that handing it over twice is the same
/// as once: no job is ever submitted and lost.
/// </summary>
/// <param name="queue">The queue.</param>
public sealed class PodsJobBackend(PodQueue queue) : IJobBackend, IStreamsOutput, IReportsHealth
{
    /// <summary>What runs remember.</summary>
    public const string PodsAddress = "pods";

    /// <summary>Jobs whose parts are remembered as taken. Beyond it they are handed over once more, which does no harm.</summary>
    private const int MaxDrained = 20_000;

    private readonly ConcurrentDictionary<string, long> _drained = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Address => PodsAddress;

    /// <inheritdoc/>
    public bool TakesLargeInputs => true;

    /// <inheritdoc/>
    public bool KeepsParts(JobId job) => IsOwn(job);

    /// <inheritdoc/>
    public async Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (queue.Queued >= QueueLimits.MaxQueuedJobs)
            throw new JobBackendException(JobErrorKind.Transient, $"{QueueLimits.MaxQueuedJobs} jobs are waiting already");
        var job = new NewJob
        {
            Id = IdOf(request),
            Name = request.AttemptId,
            Input = request.Input.ToArray(),
            Flashpoints = Count(request.Input),
            UsedAttempts = request.UsedAttempts,
            MaxAttempts = request.MaxAttempts,
            ExecutionTimeout = request.ExecutionTimeout,
        };
        await GuardAsync(() => queue.SubmitAsync(job));
        return new JobId(job.Id);
    }

    /// <inheritdoc/>
    public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return GuardAsync(() => Task.FromResult(Look(job.Id.Value)));
    }

    /// <inheritdoc/>
    public Task CancelAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return GuardAsync(async () =>
        {
            await queue.CancelAsync(job.Id.Value);
            return true;
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobPart>> DrainAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return GuardAsync(() => Task.FromResult(Drain(job.Id.Value)));
    }

    /// <inheritdoc/>
    public Task<BackendHealth> GetHealthAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var view = await queue.LookAsync(cancellationToken);
        var online = view.Pods.Where(pod => pod.Online).ToList();
        int Count(params PodState[] states) => online.Count(pod => states.Contains(pod.Facts.State));
        return new BackendHealth
        {
            JobsQueued = view.Queued,
            JobsRunning = view.Running,
            WorkersIdle = Count(PodState.Idle),
            WorkersStarting = Count(PodState.Starting),
            WorkersRunning = Count(PodState.Working, PodState.Draining, PodState.Stopping),
            WorkersThrottled = 0,
            WorkersUnhealthy = Count(PodState.Unhealthy),
            WhenNone = "no pod has called for a minute; `fanout queue` shows which there were",
        };
    });

    /// <summary>Whether an id is one of the queue's: sixteen digits with a dash in the middle.</summary>
    internal static bool IsOwn(JobId job) =>
        job.Value is { Length: 17 } id && id[8] == '-' && id.All(c => char.IsAsciiHexDigitLower(c) || c == '-');

    /// <summary>The same for the same attempt of the same run; another for a later run of that name.</summary>
    private static string IdOf(JobRequest request)
    {
        var text = FormattableString.Invariant($"{request.AttemptId}@{request.BeganAt.UtcTicks}");
        var hex = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
        return $"{hex[..8]}-{hex[8..]}";
    }

    private static int Count(ReadOnlyMemory<byte> input)
    {
        try
        {
            return JobFlashpoints.Read(input.Span).Count;
        }
        catch (FormatException e)
        {
            throw new JobBackendException(JobErrorKind.Permanent, e.Message, e);
        }
    }

    private JobSnapshot Look(string id)
    {
        if (queue.Reader.Find(id) is not { } job) return new JobSnapshot { State = JobState.Lost };
        var hasEnded = job.State is WorkState.Completed or WorkState.Failed;
        if (hasEnded) _drained.TryRemove(id, out _);
        return new JobSnapshot
        {
            State = StateOf(job),
            DelayTime = job.FirstGrantedAt is { } granted ? TimeSpan.FromMilliseconds(Math.Max(0, granted - job.SubmittedAt)) : null,
            ExecutionTime = hasEnded && job.FirstGrantedAt is not null ? TimeSpan.FromMilliseconds(job.HeldMilliseconds) : null,
            WorkerId = job.Pod,
            Redispatches = Math.Max(0, job.Attempts - 1) + job.Returns,
            Attempts = Math.Max(1, job.Attempts),
            Output = job.State == WorkState.Completed ? OutputOf(job) : null,
            Error = hasEnded ? job.Error : null,
            Fault = job.Fault switch
            {
                WorkFault.Handler => JobFault.Handler,
                WorkFault.Worker => JobFault.Worker,
                WorkFault.TimeLimit => JobFault.TimeLimit,
                _ => JobFault.Unknown,
            },
        };
    }

    private static JobState StateOf(JobRow job) => (job.State, job.Outcome) switch
    {
        (WorkState.Queued, _) => JobState.Queued,
        (WorkState.Running, _) => JobState.Running,
        (WorkState.Completed, _) => JobState.Completed,
        (_, JobOutcome.TimedOut) => JobState.TimedOut,
        (_, JobOutcome.Cancelled) => JobState.Cancelled,
        _ => JobState.Failed,
    };

    /// <summary>As a handler would have returned it: in order when nothing is missing, else those that carry their ids.</summary>
    private ReadOnlyMemory<byte> OutputOf(JobRow job)
    {
        var results = queue.Reader.Results(job.Key, afterSeq: 0);
        return OutputText.Of(results.OrderBy(result => result.Ordinal).Select(result => (ReadOnlyMemory<byte>)result.Value));
    }

    private IReadOnlyList<JobPart> Drain(string id)
    {
        if (queue.Reader.Find(id) is not { } job) return [];
        var results = queue.Reader.Results(job.Key, _drained.GetValueOrDefault(id));
        if (results.Count == 0) return [];
        if (_drained.Count >= MaxDrained) _drained.Clear();
        _drained[id] = results[^1].Seq;
        return [.. results.Select(result => new JobPart(result.Value, result.Id))];
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (QueueException e)
        {
            throw new JobBackendException(JobErrorKind.Transient, e.Message, e);
        }
    }
}
