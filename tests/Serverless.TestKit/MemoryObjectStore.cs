using System.Collections.Concurrent;
using Serverless.Core.Storage;

namespace Serverless.TestKit;

/// <summary>Objects in memory, to test what is built on a store. Keeps the contract, but for the power cut.</summary>
public sealed class MemoryObjectStore : IObjectStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly List<string> _written = [];
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private int _open;

    /// <summary>The objects' names, in ordinal order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate) return [.. _names];
        }
    }

    /// <summary>Objects written so far, those of the same name included.</summary>
    public int WriteCount
    {
        get
        {
            lock (_gate) return _written.Count;
        }
    }

    /// <summary>How often an object was written.</summary>
    public int WritesOf(string name)
    {
        lock (_gate) return _written.Count(written => written == name);
    }

    /// <summary>Streams opened and not disposed yet.</summary>
    public int OpenCount
    {
        get
        {
            lock (_gate) return _open;
        }
    }

    /// <summary>The most that were open at once.</summary>
    public int MaxOpenCount { get; private set; }

    /// <summary>An object's content.</summary>
    public byte[] this[string name]
    {
        get => _objects[name];
        set
        {
            lock (_gate) Store_NeedsLock(name, value);
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        using var content = new MemoryStream();
        await write(content, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        // Together: whoever sees the object sees it counted.
        lock (_gate)
        {
            Store_NeedsLock(name, content.ToArray());
            _written.Add(name);
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_objects.TryGetValue(name, out var content)) return Task.FromResult<Stream?>(null);
        lock (_gate) MaxOpenCount = Math.Max(MaxOpenCount, ++_open);
        return Task.FromResult<Stream?>(new ReadStream(content, Closed));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        return BeginningWith(prefix).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        foreach (var name in BeginningWith(prefix))
        {
            lock (_gate)
            {
                _names.Remove(name);
                _objects.TryRemove(name, out _);
            }
        }

        return Task.CompletedTask;
    }

    private void Store_NeedsLock(string name, byte[] content)
    {
        _objects[name] = content;
        _names.Add(name);
    }

    private void Closed()
    {
        lock (_gate) _open--;
    }

    /// <summary>Does not look at all the others: a run of many chunks lists a chunk's objects again and again.</summary>
    private List<string> BeginningWith(string prefix)
    {
        lock (_gate) return [.. _names.GetViewBetween(prefix, prefix + char.MaxValue)];
    }

    private sealed class ReadStream(byte[] content, Action closed) : MemoryStream(content, writable: false)
    {
        private Action? _closed = closed;

        protected override void Dispose(bool disposing)
        {
            Interlocked.Exchange(ref _closed, null)?.Invoke();
            base.Dispose(disposing);
        }
    }
}
