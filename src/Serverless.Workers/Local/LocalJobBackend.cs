using System.Text.Json;
using System.Threading.Channels;
using Serverless.Core.Jobs;
using Serverless.Workers.Local;

namespace Serverless.Workers;

/// <summary>
/// Runs jobs in this process, without RunPod: one at a time, in the order in which they were submitted. Jobs live in
/// memory alone; after a restart of the process they are <see cref="JobState.Lost"/>.
/// </summary>
/// <remarks>
/// A handler that does not stop when its job has ended keeps the next job waiting. The end of a job can be looked up
/// for 30 minutes. Webhooks are not called.
/// </remarks>
public sealed class LocalJobBackend : IJobBackend, IAsyncDisposable
{
    internal const string LocalAddress = "local";

    // Jobs that wait. Far more than any run keeps in flight; beyond it, submitting fails until some have run.
    private const int MaxQueuedJobs = 10_000;

    // RunPod's own limit. Longer makes no sense to what is built for RunPod.
    private static readonly TimeSpan MaxExecutionTimeout = TimeSpan.FromDays(7);

    private readonly IWorkerHandler _handler;
    private readonly TimeProvider _clock;
    private readonly Channel<LocalJob> _queue =
        Channel.CreateBounded<LocalJob>(new BoundedChannelOptions(MaxQueuedJobs) { SingleReader = true });

    private readonly Lock _gate = new();
    private readonly Dictionary<JobId, LocalJob> _jobs = [];
    private readonly Queue<LocalJob> _oldestFirst = new();
    private readonly string _idPrefix;
    private readonly Task _running;
    private long _lastNumber;
    private bool _disposed;

    /// <summary>Creates a backend that waits for jobs.</summary>
    /// <param name="handler">What runs them.</param>
    /// <param name="clock">What all times are measured with.</param>
    public LocalJobBackend(IWorkerHandler handler, TimeProvider clock)
    {
        _handler = handler;
        _clock = clock;

        // The start in each id keeps a job of an earlier process from being taken for one of this process.
        _idPrefix = $"local-{clock.GetUtcNow().ToUnixTimeMilliseconds():x}-";
        _running = Task.Run(RunAllAsync);
    }

    /// <summary>Always <c>local</c>.</summary>
    public string Address => LocalAddress;

    /// <inheritdoc/>
    /// <remarks>The job is known under its id before it starts, and never starts on the caller's thread.</remarks>
    /// <exception cref="ObjectDisposedException">The backend was disposed of.</exception>
    public Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var input = Input(request);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Forget_NeedsLock();
            var job = new LocalJob(new JobId($"{_idPrefix}{++_lastNumber}"), input, request, _clock);
            _jobs.Add(job.Id, job);
            if (_queue.Writer.TryWrite(job)) _oldestFirst.Enqueue(job);
            else
            {
                _jobs.Remove(job.Id);
                throw new JobBackendException(JobErrorKind.Transient, $"{MaxQueuedJobs} jobs are waiting already");
            }

            return Task.FromResult(job.Id);
        }
    }

    /// <inheritdoc/>
    public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(job.Id)?.Look() ?? new JobSnapshot { State = JobState.Lost });
    }

    /// <inheritdoc/>
    public Task CancelAsync(JobReference job, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Find(job.Id)?.Cancel();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more jobs, cancels those that wait or run, and waits until the handler has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
            _queue.Writer.TryComplete();
            foreach (var job in _jobs.Values) job.Cancel();
        }

        await _running;
    }

    private static JsonElement Input(JobRequest request)
    {
        var (execution, life) = (request.ExecutionTimeout, request.TimeToLive);
        if (execution <= TimeSpan.Zero || execution > MaxExecutionTimeout)
        {
            throw Refusal(
                $"ExecutionTimeout is {execution}; it must be more than zero and at most {MaxExecutionTimeout}");
        }

        if (life <= TimeSpan.Zero) throw Refusal($"TimeToLive is {life}; it must be more than zero");
        try
        {
            return JsonText.Element(request.Input);
        }
        catch (JsonException exception)
        {
            throw Refusal("The job's input is not JSON", exception);
        }
    }

    private static JobBackendException Refusal(string message, Exception? inner = null) =>
        new(JobErrorKind.Permanent, message, inner);

    private LocalJob? Find(JobId id)
    {
        lock (_gate)
        {
            var job = _jobs.GetValueOrDefault(id);
            return job is { IsForgotten: true } ? null : job;
        }
    }

    private async Task RunAllAsync()
    {
        await foreach (var job in _queue.Reader.ReadAllAsync())
        {
            using var stop = new CancellationTokenSource();
            if (job.TryStart(stop) is { } work) job.Answer(await AnswerAsync(work, stop.Token));
        }
    }

    private async Task<HandlerAnswer> AnswerAsync(WorkerJob work, CancellationToken stopped)
    {
        try
        {
            return HandlerAnswer.Of(await _handler.HandleAsync(work, _ => ValueTask.CompletedTask, stopped));
        }
        catch (Exception exception)
        {
            // Whatever a handler throws ends its job; the next one has its own chance.
            return HandlerAnswer.Of(exception);
        }
    }

    /// <summary>Frees the memory of ended jobs, oldest first.</summary>
    private void Forget_NeedsLock()
    {
        while (_oldestFirst.TryPeek(out var oldest) && oldest.IsForgotten) _jobs.Remove(_oldestFirst.Dequeue().Id);
    }
}
