namespace Serverless.Host.Live;

/// <summary>
/// What watchers are shown. There is no queue per watcher: each asks what has changed since the version that it has seen,
/// so a slow one skips what was overtaken, holds nobody up and costs no memory.
/// </summary>
internal sealed class LiveBoard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _changes = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewChanged();
    private Func<LiveEvent>? _snapshot;
    private LiveEvent? _end;
    private long _replacedAt;
    private long _version;
    private long _order;

    /// <summary>True when nothing will change any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Shows something else altogether: every watcher gets it whole.</summary>
    public void Replace(Func<LiveEvent> snapshot)
    {
        lock (_gate)
        {
            _snapshot = snapshot;
            _changes.Clear();
            _replacedAt = ++_version;
            Wake();
        }
    }

    /// <summary>Shows changes of what is there.</summary>
    /// <param name="snapshot">The whole after them, for who comes later.</param>
    /// <param name="changes">The changes, each under the name of what has changed: a later one takes its place.</param>
    public void Change(Func<LiveEvent> snapshot, IReadOnlyCollection<(string What, LiveEvent Event)> changes)
    {
        if (changes.Count == 0) return;
        lock (_gate)
        {
            _snapshot = snapshot;
            _version++;
            foreach (var (what, change) in changes) _changes[what] = new Entry(_version, ++_order, change);
            Wake();
        }
    }

    /// <summary>Nothing will change any more.</summary>
    /// <param name="end">Told to everybody last; null when there is nothing to say.</param>
    public void Close(LiveEvent? end = null)
    {
        lock (_gate)
        {
            if (IsClosed) return;
            IsClosed = true;
            _end = end;
            _version++;
            Wake();
        }
    }

    /// <summary>What somebody who has seen a version has not seen; 0 has seen nothing.</summary>
    public LiveView Since(long version)
    {
        Func<LiveEvent>? snapshot = null;
        List<LiveEvent> events = [];
        LiveView view;
        lock (_gate)
        {
            if (version < _replacedAt) snapshot = _snapshot;
            else events.AddRange(ChangedSince(version));
            view = new LiveView(_version, events, IsClosed, _end, _changed.Task);
        }

        // Outside the lock: it may be large.
        if (snapshot is not null) events.Add(snapshot());
        return view;
    }

    private IEnumerable<LiveEvent> ChangedSince(long version) => _changes.Values
        .Where(entry => entry.Version > version)
        .OrderBy(entry => entry.Order)
        .Select(entry => entry.Event);

    private void Wake()
    {
        _changed.SetResult();
        _changed = NewChanged();
    }

    private static TaskCompletionSource NewChanged() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Entry(long Version, long Order, LiveEvent Event);
}

/// <summary>One event for watchers.</summary>
/// <param name="Name">Its kind.</param>
/// <param name="Json">Its data: JSON on one line.</param>
/// <param name="Id">Its id; null: the version.</param>
internal sealed record LiveEvent(string Name, ReadOnlyMemory<byte> Json, string? Id = null);

/// <summary>What a watcher has not seen yet.</summary>
/// <param name="Version">Has been seen with this.</param>
/// <param name="Events">The events.</param>
/// <param name="IsClosed">Whether nothing comes after.</param>
/// <param name="End">The last event of all, if there is one.</param>
/// <param name="Changed">Completes when there is more.</param>
internal sealed record LiveView(
    long Version, IReadOnlyList<LiveEvent> Events, bool IsClosed, LiveEvent? End, Task Changed);
