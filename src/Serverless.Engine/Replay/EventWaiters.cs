namespace Serverless.Engine.Replay;

/// <summary>
/// Who waits for external events, and events that nobody waited for yet. Waiters of one name are served newest first,
/// kept events oldest first, as Durable Task does it.
/// </summary>
internal sealed class EventWaiters(Payloads payloads)
{
    private readonly Dictionary<string, LinkedList<IOpenTask>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<ReadOnlyMemory<byte>>> _kept = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether anybody waits for anything.</summary>
    public bool Any => _waiters.Count > 0;

    public Task<T> Wait<T>(string name, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(name, out var kept))
        {
            var payload = kept.Dequeue();
            if (kept.Count == 0) _kept.Remove(name);
            return Task.FromResult(payloads.Read<T>(payload));
        }

        if (!_waiters.TryGetValue(name, out var waiters)) _waiters[name] = waiters = [];
        if (waiters.Last is { Value: var other } && other is not OpenTask<T>)
            throw new ArgumentException($"Another waiter for event '{name}' asked for another type than {typeof(T)}.");
        var waiter = new OpenTask<T>(OpenTaskKind.Event, name);
        var node = waiters.AddLast(waiter);
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() =>
            {
                if (node.List is { } list) Remove(name, list, node);
                waiter.TrySetCanceled(cancellationToken);
            });
        }

        return waiter.Task;
    }

    public void Raise(string name, ReadOnlyMemory<byte> payload)
    {
        if (_waiters.TryGetValue(name, out var waiters) && waiters.Last is { } node)
        {
            Remove(name, waiters, node);
            node.Value.Succeed(payload, payloads);
            return;
        }

        if (!_kept.TryGetValue(name, out var kept)) _kept[name] = kept = new();
        kept.Enqueue(payload);
    }

    /// <summary>What nobody took, for the next execution of an instance that starts over.</summary>
    public IEnumerable<(string Name, ReadOnlyMemory<byte> Payload)> Kept() =>
        _kept.SelectMany(entry => entry.Value.Select(payload => (entry.Key, payload)));

    private void Remove(string name, LinkedList<IOpenTask> waiters, LinkedListNode<IOpenTask> node)
    {
        waiters.Remove(node);
        if (waiters.Count == 0) _waiters.Remove(name);
    }
}
