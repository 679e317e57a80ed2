using Serverless.Core.Jobs;

namespace Serverless.Pods;

/// <summary>The bulk to pods, and to a service on demand what must not wait for one. Each job's id tells where it is.</summary>
/// <param name="address">What runs remember.</param>
/// <param name="pods">The pods.</param>
/// <param name="onDemand">The service.</param>
public sealed class HybridJobBackend(string address, PodsJobBackend pods, IJobBackend onDemand)
    : IJobBackend, IStreamsOutput, IReportsHealth
{
    /// <summary>Tries that a job has on pods; the chunk's next attempt then goes to the service.</summary>
    private const int MaxTriesOnPods = 2;

    /// <inheritdoc/>
    public string Address => address;

    /// <inheritdoc/>
    public bool HasOnDemand => true;

    /// <inheritdoc/>
    public Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.OnDemand
            ? onDemand.SubmitAsync(request, cancellationToken)
            : pods.SubmitAsync(request with { MaxAttempts = Math.Min(request.MaxAttempts, MaxTriesOnPods) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken) =>
        Of(job).CheckAsync(job, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(JobReference job, CancellationToken cancellationToken) => Of(job).CancelAsync(job, cancellationToken);

    /// <inheritdoc/>
    public bool KeepsParts(JobId job) =>
        PodsJobBackend.IsOwn(job) ? pods.KeepsParts(job) : onDemand is IStreamsOutput streams && streams.KeepsParts(job);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobPart>> DrainAsync(JobReference job, CancellationToken cancellationToken) =>
        Of(job) is IStreamsOutput streams ? await streams.DrainAsync(job, cancellationToken) : [];

    /// <inheritdoc/>
    public async Task<BackendHealth> GetHealthAsync(CancellationToken cancellationToken)
    {
        var health = await pods.GetHealthAsync(cancellationToken);
        if (onDemand is not IReportsHealth reporter) return health;
        var other = await reporter.GetHealthAsync(cancellationToken);
        return new BackendHealth
        {
            JobsQueued = health.JobsQueued + other.JobsQueued,
            JobsRunning = health.JobsRunning + other.JobsRunning,
            WorkersIdle = health.WorkersIdle + other.WorkersIdle,
            WorkersStarting = health.WorkersStarting + other.WorkersStarting,
            WorkersRunning = health.WorkersRunning + other.WorkersRunning,
            WorkersThrottled = health.WorkersThrottled + other.WorkersThrottled,
            WorkersUnhealthy = health.WorkersUnhealthy + other.WorkersUnhealthy,
            WhenNone = health.WhenNone,
        };
    }

    private IJobBackend Of(JobReference job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return PodsJobBackend.IsOwn(job.Id) ? pods : onDemand;
    }
}
