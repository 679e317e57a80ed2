using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;

namespace Serverless.Core.Watching;

/// <summary>Says why jobs only queue. A backend is asked at most twice a minute, however many jobs wait.</summary>
/// <param name="backend">The backend; one that does not report its health is never asked.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told once when there is a reason, and once when it is gone.</param>
/// <param name="stop">Ends a question that is on its way; many may wait for its answer.</param>
internal sealed partial class QueueHealth(IJobBackend backend, TimeProvider time, ILogger log, CancellationToken stop)
{
    /// <summary>A cold start takes up to a minute: nobody is told that there is no worker before.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private DateTimeOffset _askedAt;
    private string? _said;
    private Task<string?> _answer = Task.FromResult<string?>(null);

    /// <summary>Why a job that still queues has no worker; null when it has not waited long, when workers are there or
    /// starting, or when nobody can say.</summary>
    public Task<string?> WhyHeldAsync(DateTimeOffset submittedAt, CancellationToken cancellationToken)
    {
        if (backend is not IReportsHealth reports || time.GetUtcNow() - submittedAt < Patience) return Task.FromResult<string?>(null);
        lock (_gate)
        {
            if (!_answer.IsCompleted || time.GetUtcNow() - _askedAt < Fresh) return _answer.WaitAsync(cancellationToken);
            _askedAt = time.GetUtcNow();
            return (_answer = AskAsync(reports)).WaitAsync(cancellationToken);
        }
    }

    /// <summary>The reason in words; null when there is none.</summary>
    public static string? WhyHeld(BackendHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        if (health.WorkersRunning + health.WorkersIdle + health.WorkersStarting > 0) return null;
        var (throttled, unhealthy) = (health.WorkersThrottled, health.WorkersUnhealthy);
        return (throttled, unhealthy) switch
        {
            (0, 0) => $"no worker: {health.WhenNone}",
            (_, 0) => $"no worker: all {throttled} are throttled, waiting for a free GPU",
            (0, _) => $"no worker: all {unhealthy} are unhealthy; see their logs at RunPod",
            _ => $"no worker: {throttled} are throttled, waiting for a free GPU, and {unhealthy} are unhealthy",
        };
    }

    private async Task<string?> AskAsync(IReportsHealth reports)
    {
        try
        {
            var reason = WhyHeld(await reports.GetHealthAsync(stop));
            if (reason is not null && reason != _said) LogHeld(log, backend.Address, reason);
            if (reason is null && _said is not null) LogGoesOn(log, backend.Address);
            return _said = reason;
        }
        catch (JobBackendException)
        {
            // A hint that could not be had holds nobody up; the job's own look tells what is wrong with the endpoint.
            return _said;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Jobs only queue at {Backend}: {Reason}")]
    private static partial void LogHeld(ILogger logger, string backend, string reason);

    [LoggerMessage(2, LogLevel.Information, "There are workers at {Backend} again")]
    private static partial void LogGoesOn(ILogger logger, string backend);
}
