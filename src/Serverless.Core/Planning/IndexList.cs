using System.Collections;

namespace Serverless.Core.Planning;

/// <summary>Ascending indexes. A run of neighbours takes a few bytes, whatever its length.</summary>
public sealed class IndexList : IReadOnlyList<int>
{
    private readonly int[]? _indexes;
    private readonly int _start;

    private IndexList(int[]? indexes, int start, int count)
    {
        _indexes = indexes;
        _start = start;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The lowest index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The list is empty.</exception>
    public int First => this[0];

    /// <summary>The highest index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The list is empty.</exception>
    public int Last => this[Count - 1];

    /// <inheritdoc/>
    public int this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _indexes is null ? _start + index : _indexes[_start + index];
        }
    }

    /// <summary>The neighbours <paramref name="start"/>, <paramref name="start"/> + 1 and so on.</summary>
    public static IndexList Range(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new IndexList(null, start, count);
    }

    /// <summary>These indexes.</summary>
    /// <exception cref="ArgumentException">They do not ascend from 0 or above.</exception>
    public static IndexList Of(IReadOnlyList<int> ascending)
    {
        ArgumentNullException.ThrowIfNull(ascending);
        int[] indexes = [.. ascending];
        for (var i = 0; i < indexes.Length; i++)
        {
            if (indexes[i] <= (i == 0 ? -1 : indexes[i - 1]))
                throw new ArgumentException($"The indexes do not ascend at position {i}.", nameof(ascending));
        }

        return Wrap(indexes, 0, indexes.Length);
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The part that begins at a position. Shares the memory.</summary>
    internal IndexList Slice(int start, int count)
        => _indexes is null ? Range(_start + start, count) : Wrap(_indexes, _start + start, count);

    private static IndexList Wrap(int[] indexes, int start, int count)
        => count > 0 && indexes[start + count - 1] - indexes[start] == count - 1
            ? Range(indexes[start], count)
            : new IndexList(indexes, start, count);
}
