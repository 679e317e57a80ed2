using Microsoft.Extensions.Logging;

namespace Serverless.Durable;

/// <summary>
/// All that an orchestrator may touch. Everything here gives the same answer on every replay of the same history;
/// anything else (clocks, random numbers, I/O, other threads) does not, and is forbidden in an orchestrator.
/// </summary>
/// <remarks>Member names and meanings are those of Durable Task's <c>TaskOrchestrationContext</c>.</remarks>
public abstract class OrchestrationContext
{
    /// <summary>The registered name of the running orchestrator.</summary>
    public abstract string Name { get; }

    /// <summary>The id of the running instance.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The id of the instance that started this one, or null for a root.</summary>
    public abstract string? ParentInstanceId { get; }

    /// <summary>The present as the history tells it, in UTC: it stands still between awaits.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>True while the instance only repeats what its history already holds.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>Runs an activity, at least once, and awaits its result.</summary>
    /// <param name="name">The activity's registered name.</param>
    /// <param name="input">Its input; serialised at once.</param>
    /// <param name="retry">How often to try again, with durable timers between; null means one attempt.</param>
    /// <exception cref="TaskFailedException">The activity threw, or nobody registered it (ErrorType
    /// <c>ActivityTaskNotFound</c>).</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(string name, object? input = null, RetryPolicy? retry = null);

    /// <summary>Runs another orchestrator as a child instance and awaits its result.</summary>
    /// <param name="name">The orchestrator's registered name.</param>
    /// <param name="input">Its input; serialised at once.</param>
    /// <param name="instanceId">The child's id; null means one derived from the parent's.</param>
    /// <exception cref="TaskFailedException">The child failed, was terminated, or its id is taken.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        string name, object? input = null, string? instanceId = null);

    /// <summary>Completes at <paramref name="fireAt"/>, however often the process dies before.</summary>
    /// <param name="fireAt">UTC. In the past means at once.</param>
    /// <param name="cancellationToken">Cancel a timer that lost its race: an instance whose orchestrator returned stays
    /// Running while a timer is open. Cancel with <c>Cancel()</c>; <c>CancelAsync()</c> continues on another thread, which
    /// an orchestrator must not.</param>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Completes after <paramref name="delay"/>, counted from <see cref="CurrentUtcDateTime"/>.</summary>
    public Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>
    /// Completes with the payload of the next event of that name. Events that came early are kept, in order; of several
    /// waiters for one name the newest is served first.
    /// </summary>
    /// <exception cref="ArgumentException">Another waiter for the same name asked for another type.</exception>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Completes with the payload of the next event of that name, if it comes within
    /// <paramref name="timeout"/>.</summary>
    /// <exception cref="TaskCanceledException">It did not come in time, or <paramref name="cancellationToken"/> was
    /// cancelled. An event that comes later is kept.</exception>
    /// <exception cref="ArgumentException">Another waiter for the same name asked for another type.</exception>
    public async Task<T> WaitForExternalEvent<T>(
        string eventName, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var raised = WaitForExternalEvent<T>(eventName, lost.Token);
        if (raised.IsCompleted) return await raised;
        await Task.WhenAny(raised, CreateTimer(timeout, lost.Token));
        lost.Cancel();
        return await raised;
    }

    /// <summary>Shows a value in the instance's status. The last one of a turn wins.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>
    /// Starts the orchestrator over with <paramref name="newInput"/> and an empty history, under the same id, once it
    /// returns. Results of open tasks are dropped, and what was asked for since the last await is not started.
    /// </summary>
    /// <param name="newInput">The input of the next execution.</param>
    /// <param name="preserveUnprocessedEvents">Whether external events that nobody took yet are carried over.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>A new id, the same on every replay (UUID v5 of instance, time and counter).</summary>
    public abstract Guid NewGuid();

    /// <summary>A logger that stays silent while replaying.</summary>
    public abstract ILogger CreateReplaySafeLogger(string category);
}
