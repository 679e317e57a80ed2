using Serverless.Core.Results;

namespace Serverless.Core.Storage;

/// <summary>
/// Goes through the checkpoints of many parts by index, one for each index: the first good one, or the first error
/// when there is none. A part is opened when the merge reaches its first index and closed after its last.
/// </summary>
internal sealed class CheckpointMerge : IAsyncDisposable
{
    private readonly IObjectStore _objects;
    private readonly Queue<MergePart> _waiting;
    private readonly PriorityQueue<Source, (int Index, int Order, int Attempt)> _open = new();
    private readonly List<Source> _atCurrent = [];

    public CheckpointMerge(IObjectStore objects, IEnumerable<MergePart> parts)
    {
        _objects = objects;
        _waiting = new Queue<MergePart>(parts.OrderBy(part => part.First).ThenBy(part => part.Order));
    }

    /// <summary>The checkpoint; its result is good until the next move.</summary>
    public Checkpoint Current { get; private set; }

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        foreach (var source in _atCurrent) await AdvanceAsync(source, cancellationToken);
        _atCurrent.Clear();
        while (_waiting.TryPeek(out var part) && (!TryPeekIndex(out var index) || part.First <= index))
            await OpenAsync(_waiting.Dequeue(), cancellationToken);
        if (!TryPeekIndex(out var current)) return false;

        while (TryPeekIndex(out var index) && index == current) _atCurrent.Add(_open.Dequeue());
        Current = _atCurrent.Find(source => source.Current.IsGood)?.Current ?? _atCurrent[0].Current;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _atCurrent) await source.Lines.DisposeAsync();
        foreach (var (source, _) in _open.UnorderedItems) await source.Lines.DisposeAsync();
        _atCurrent.Clear();
        _open.Clear();
    }

    private bool TryPeekIndex(out int index)
    {
        var any = _open.TryPeek(out _, out var key);
        index = key.Index;
        return any;
    }

    private async Task OpenAsync(MergePart part, CancellationToken cancellationToken)
    {
        var attempt = 0;
        await foreach (var name in _objects.ListAsync(part.Prefix, cancellationToken))
        {
            if (name.EndsWith(RunLayout.InputFile, StringComparison.Ordinal)) continue;
            var lines = await LineReader.OpenAsync(_objects, name, cancellationToken);
            await AdvanceAsync(new Source(lines, part.Order, attempt++), cancellationToken);
        }
    }

    private async ValueTask AdvanceAsync(Source source, CancellationToken cancellationToken)
    {
        var isOpen = false;
        try
        {
            if (!await source.Lines.MoveNextAsync(cancellationToken)) return;
            source.Current = source.Lines.Parse(StoredLines.ReadCheckpoint);
            _open.Enqueue(source, (source.Current.Index, source.Order, source.Attempt));
            isOpen = true;
        }
        finally
        {
            if (!isOpen) await source.Lines.DisposeAsync();
        }
    }

    private sealed class Source(LineReader lines, int order, int attempt)
    {
        public LineReader Lines { get; } = lines;

        public int Order { get; } = order;

        public int Attempt { get; } = attempt;

        public Checkpoint Current { get; set; }
    }
}
