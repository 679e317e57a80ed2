using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.RunPod.Replies;

namespace Serverless.RunPod;

/// <summary>
/// Runs jobs on a RunPod endpoint. Safe for concurrent use. Rate limits and failures are counted per instance, so keep
/// one per endpoint and process, shared by all runs.
/// </summary>
public sealed partial class RunPodJobBackend : IJobBackend, IStreamsOutput, IReportsHealth, IDisposable
{
    private readonly RunPodEndpoint _endpoint;
    private readonly RunPodOptions _options;
    private readonly TimeProvider _time;
    private readonly RunPodCaller _caller;
    private readonly ILogger _logger;

    /// <summary>Creates a backend.</summary>
    /// <param name="endpoint">The endpoint that <paramref name="api"/> talks to.</param>
    /// <param name="api">The transport. The backend does not dispose it.</param>
    /// <param name="options">How patiently to talk.</param>
    /// <param name="time">The clock of every wait.</param>
    /// <param name="random">The jitter's source. Not to be used elsewhere at the same time.</param>
    /// <param name="logger">Told of job ids, sizes, states and waits; never of a key or a payload.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public RunPodJobBackend(
        RunPodEndpoint endpoint,
        IRunPodApi api,
        RunPodOptions options,
        TimeProvider time,
        Random random,
        ILogger<RunPodJobBackend> logger)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        _endpoint = endpoint;
        _options = options.Validate();
        _time = time;
        _logger = logger;
        _caller = new RunPodCaller(endpoint, api, options, time, random, logger);
    }

    /// <inheritdoc/>
    public string Address => RunPodConnector.AddressOf(_endpoint);

    /// <inheritdoc/>
    /// <remarks>Once the job is on its way, cancelling no longer stops the call: the answer is awaited for at most
    /// <see cref="RunPodOptions.CallTimeout"/>, since a job whose id is not learnt would run and be billed
    /// unseen.</remarks>
    public async Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = JobBody.Write(request);
        var reply = await _caller.CallAsync(
            RunPodOperation.Run, (api, token) => api.RunAsync(Json(body), token), cancellationToken);
        if (reply.Kind != ReplyKind.Answered)
        {
            LogNotSubmitted(request.AttemptId, _endpoint.EndpointId, reply.Kind, reply.StatusCode);
            throw Failure(reply);
        }

        var id = new JobId(reply.Fields.Id!);
        LogSubmitted(id, request.AttemptId, _endpoint.EndpointId, body.Length);
        return id;
    }

    /// <inheritdoc/>
    public async Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var reply = await _caller.CallAsync(
            RunPodOperation.Status, (api, token) => api.StatusAsync(job.Id.Value, token), cancellationToken);
        return reply.Kind switch
        {
            ReplyKind.Answered => Snapshot(job, reply),
            ReplyKind.JobMissing => Missing(job),
            _ => throw Failure(reply),
        };
    }

    /// <inheritdoc/>
    public async Task CancelAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var reply = await _caller.CallAsync(
            RunPodOperation.Cancel, (api, token) => api.CancelAsync(job.Id.Value, token), cancellationToken);
        if (reply.Kind == ReplyKind.Answered) RefuseUnended(job, reply);
        else if (reply.Kind == ReplyKind.JobMissing) RefuseInvisible(job, reply);
        else if (!await HasEndedAsync(job, reply, cancellationToken)) throw Failure(reply);
        LogCancelled(job.Id, _endpoint.EndpointId);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobPart>> DrainAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var reply = await _caller.CallAsync(
            RunPodOperation.Stream, (api, token) => api.StreamAsync(job.Id.Value, token), cancellationToken);
        return reply.Kind switch
        {
            ReplyKind.Answered => StreamReply.Read(reply.Fields.Body),
            ReplyKind.JobMissing => [],
            _ => throw Failure(reply),
        };
    }

    /// <summary>Asks for the endpoint's gauges.</summary>
    /// <exception cref="JobBackendException">No answer could be had.</exception>
    public async Task<RunPodHealth> CheckHealthAsync(CancellationToken cancellationToken)
    {
        var reply = await _caller.CallAsync(
            RunPodOperation.Health, (api, token) => api.HealthAsync(token), cancellationToken);
        if (reply.Kind != ReplyKind.Answered) throw Failure(reply);
        try
        {
            return JsonSerializer.Deserialize(reply.Fields.Body.Span, RunPodJsonContext.Default.RunPodHealth)!;
        }
        catch (JsonException exception)
        {
            var text = $"RunPod endpoint {_endpoint.EndpointId}, GET /health: the counts are not numbers";
            throw new JobBackendException(JobErrorKind.Transient, text, exception);
        }
    }

    /// <inheritdoc/>
    public async Task<BackendHealth> GetHealthAsync(CancellationToken cancellationToken)
    {
        var health = await CheckHealthAsync(cancellationToken);
        return new BackendHealth
        {
            JobsQueued = health.Jobs.InQueue,
            JobsRunning = health.Jobs.InProgress,
            WorkersIdle = health.Workers.Idle,
            WorkersStarting = health.Workers.Initializing,
            WorkersRunning = health.Workers.Running,
            WorkersThrottled = health.Workers.Throttled,
            WorkersUnhealthy = health.Workers.Unhealthy,
        };
    }

    /// <summary>Frees the rate limiters. Calls under way must have ended.</summary>
    public void Dispose() => _caller.Dispose();

    private JobSnapshot Snapshot(JobReference job, Reply reply)
    {
        var fields = reply.Fields;
        var (state, fault, isKnown) = JobTable.Read(fields);
        if (!isKnown) LogUnknownState(job.Id, _endpoint.EndpointId);
        return new JobSnapshot
        {
            State = state,
            DelayTime = fields.DelayTime,
            ExecutionTime = fields.ExecutionTime,
            WorkerId = fields.WorkerId,
            Redispatches = fields.Retries,
            Output = state.IsTerminal() ? fields.Output : null, // before the end it is a progress update
            Error = reply.JobError ?? MissingReason(state),
            Fault = fault,
        };
    }

    private static string? MissingReason(JobState state) => state switch
    {
        JobState.Failed => "RunPod reports the job as failed and gives no reason.",
        JobState.TimedOut => "RunPod reports the job as timed out.",
        _ => null,
    };

    private JobSnapshot Missing(JobReference job)
    {
        if (IsWithinGrace(job))
        {
            LogNotVisible(job.Id, _endpoint.EndpointId);
            return new JobSnapshot { State = JobState.Queued };
        }

        LogLost(job.Id, _endpoint.EndpointId);
        return new JobSnapshot
        {
            State = JobState.Lost,
            Error = "RunPod does not know the job any more: its time to live is over, or its result was not fetched "
                + "within half an hour.",
        };
    }

    // RunPod can deny a job that it has just taken.
    private bool IsWithinGrace(JobReference job) => _time.GetUtcNow() - job.SubmittedAt < _options.VisibilityGrace;

    private void RefuseUnended(JobReference job, Reply reply)
    {
        if (reply.Fields.State is null || JobTable.Read(reply.Fields).State.IsTerminal()) return;
        var text = $"RunPod endpoint {_endpoint.EndpointId}, POST /cancel: job {job.Id} has not ended yet";
        throw new JobBackendException(JobErrorKind.Transient, text);
    }

    private void RefuseInvisible(JobReference job, Reply reply)
    {
        if (!IsWithinGrace(job)) return;
        throw new JobBackendException(JobErrorKind.Transient, $"{reply.Text}; it may not be visible yet");
    }

    // How RunPod answers to the cancelling of a job that has ended is not documented, so a refusal is checked.
    private async Task<bool> HasEndedAsync(JobReference job, Reply reply, CancellationToken cancellationToken) =>
        reply.Kind == ReplyKind.Refused && reply.StatusCode is 400 or 409
        && (await CheckAsync(job, cancellationToken)).State.IsTerminal();

    private static JobBackendException Failure(Reply reply) => new(
        reply.Kind switch
        {
            ReplyKind.NotSent or ReplyKind.Throttled => JobErrorKind.Transient,
            ReplyKind.Unclear when reply.Operation == RunPodOperation.Run => JobErrorKind.Ambiguous,
            ReplyKind.Unclear => JobErrorKind.Transient,
            ReplyKind.Blocked => JobErrorKind.Blocked,
            _ => JobErrorKind.Permanent,
        },
        reply.Text,
        reply.Cause);

    private static ReadOnlyMemoryContent Json(ReadOnlyMemory<byte> body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
