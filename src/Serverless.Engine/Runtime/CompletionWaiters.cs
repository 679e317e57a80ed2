using System.Collections.Concurrent;

namespace Serverless.Engine.Runtime;

/// <summary>Clients that wait for instances to end.</summary>
internal sealed class CompletionWaiters
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Exception> _abandoned = new(StringComparer.Ordinal);
    private volatile Exception? _failure;

    /// <summary>Completes when the instance ends from now on; whether it has already ended is the caller's to check
    /// after calling this.</summary>
    public Task Wait(string instanceId)
    {
        var waiter = _waiters.GetOrAdd(
            instanceId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_failure is { } failure) waiter.TrySetException(failure);
        if (_abandoned.TryGetValue(instanceId, out var reason)) Fail(instanceId, reason);
        return waiter.Task;
    }

    public void Complete(string instanceId)
    {
        if (_waiters.TryRemove(instanceId, out var waiter)) waiter.TrySetResult();
    }

    /// <summary>The instance cannot go on until the next start: who waits for it would wait in vain.</summary>
    public void Fail(string instanceId, Exception exception)
    {
        _abandoned[instanceId] = exception;
        if (_waiters.TryRemove(instanceId, out var waiter)) waiter.TrySetException(exception);
    }

    /// <summary>The instance goes on after all.</summary>
    public void Hope(string instanceId) => _abandoned.TryRemove(instanceId, out _);

    /// <summary>Nothing will end any more.</summary>
    public void FailAll(Exception exception)
    {
        _failure = exception;
        foreach (var instanceId in _waiters.Keys)
        {
            if (_waiters.TryRemove(instanceId, out var waiter)) waiter.TrySetException(exception);
        }
    }
}
