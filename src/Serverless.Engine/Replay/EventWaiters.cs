namespace Serverless.Engine.Replay;

/// <summary>
/// Who waits for external events, and events that nobody waited for yet. Waiters of one name are served newest first,
/// kept events oldest first, as Durable Task does it.
/// </summary>
internal sealed class EventWaiters(Payloads payloads, TurnScheduler scheduler)
{
    private readonly Dictionary<string, LinkedList<IOpenTask>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<ReadOnlyMemory<byte>>> _kept = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many events nobody has taken.</summary>
    public int KeptCount { get; private set; }

    /// <summary>Whether anybody waits for anything.</summary>
    public bool Any => _waiters.Count > 0;

    public Task<T> Wait<T>(string name, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        var waiter = new OpenTask<T>(OpenTaskKind.Event, name);
        if (_kept.TryGetValue(name, out var kept))
        {
            KeptCount--;
            waiter.Succeed(kept.Dequeue(), payloads);
            if (kept.Count == 0) _kept.Remove(name);
            return waiter.Task;
        }

        var node = Add(waiter);
        if (!cancellationToken.CanBeCanceled) return waiter.Task;
        void Forget()
        {
            if (node.List is { } list) Remove(name, list, node);
        }

        return scheduler.AwaitCancellable(waiter, Forget, cancellationToken);
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
        KeptCount++;
    }

    /// <summary>What nobody took, for the next execution of an instance that starts over.</summary>
    public IEnumerable<(string Name, ReadOnlyMemory<byte> Payload)> Kept() =>
        _kept.SelectMany(entry => entry.Value.Select(payload => (entry.Key, payload)));

    private LinkedListNode<IOpenTask> Add<T>(OpenTask<T> waiter)
    {
        if (!_waiters.TryGetValue(waiter.Name, out var waiters)) _waiters[waiter.Name] = waiters = [];
        if (waiters.Last is { Value: not OpenTask<T> })
        {
            throw new ArgumentException(
                $"Another waiter for event '{waiter.Name}' asked for another type than {typeof(T)}.");
        }

        return waiters.AddLast(waiter);
    }

    private void Remove(string name, LinkedList<IOpenTask> waiters, LinkedListNode<IOpenTask> node)
    {
        waiters.Remove(node);
        if (waiters.Count == 0) _waiters.Remove(name);
    }
}
