using System.Text.Json;
using Serverless.Agent.Supervision;
using Serverless.Workers;

namespace Serverless.Agent.Leasing;

/// <summary>Hands jobs to a server that the agent keeps alive: not before it lives, and after it died under a job not before it has
/// given a new sign of life. Else it would use up the tries of the next jobs, too.</summary>
internal sealed class ServedHandler(IWorkerHandler inner, Watchdog server, StopOrder stop, TimeProvider clock) : IWorkerHandler
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private long _diedTicks;

    /// <summary>Whether it takes jobs.</summary>
    public bool IsReady => server.Health is { State: WorkerState.Healthy, LastSignAt: { } seen }
        && seen.UtcTicks > Interlocked.Read(ref _diedTicks);

    /// <inheritdoc/>
    public async Task<JsonElement> HandleAsync(
        WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Given);
        while (!IsReady) await Task.Delay(LookInterval, clock, either.Token);
        try
        {
            return await inner.HandleAsync(job, emit, cancellationToken);
        }
        catch (WorkerCrashedException)
        {
            Interlocked.Exchange(ref _diedTicks, clock.GetUtcNow().UtcTicks);
            throw;
        }
    }
}
