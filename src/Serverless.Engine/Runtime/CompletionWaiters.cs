using System.Collections.Concurrent;

namespace Serverless.Engine.Runtime;

/// <summary>Clients that wait for instances to end.</summary>
internal sealed class CompletionWaiters
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiters = new(StringComparer.Ordinal);

    /// <summary>Completes when the instance ends from now on; whether it has already ended is the caller's to check
    /// after calling this.</summary>
    public Task Wait(string instanceId) => _waiters.GetOrAdd(
        instanceId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Complete(string instanceId)
    {
        if (_waiters.TryRemove(instanceId, out var waiter)) waiter.TrySetResult();
    }

    public void FailAll(Exception exception)
    {
        foreach (var instanceId in _waiters.Keys)
        {
            if (_waiters.TryRemove(instanceId, out var waiter)) waiter.TrySetException(exception);
        }
    }
}
