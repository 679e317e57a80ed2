using System.Text.Json;

namespace Serverless.Core.Storage;

/// <summary>Reads a stored object line by line through one buffer.</summary>
internal sealed class LineReader(Stream source, string name) : IAsyncDisposable
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private bool _sourceEnded;

    /// <summary>The line without its end; good until the next move.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>The line's index, from 0; -1 before the first.</summary>
    public int Index { get; private set; } = -1;

    /// <summary>Opens an object that has to be there.</summary>
    /// <exception cref="RunStoreException">It is not.</exception>
    public static async Task<LineReader> OpenAsync(
        IObjectStore objects, string name, CancellationToken cancellationToken)
        => new(await objects.OpenReadAsync(name, cancellationToken)
            ?? throw new RunStoreException($"The object {name} is not in the store."), name);

    /// <summary>Goes to the next line, or says that there is none.</summary>
    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
        => TakeLine() ? ValueTask.FromResult(true) : FillAsync(cancellationToken);

    /// <summary>Reads the line with a parser of JSON.</summary>
    /// <exception cref="RunStoreException">It cannot be read.</exception>
    public T Parse<T>(Func<ReadOnlyMemory<byte>, T> parse)
    {
        try
        {
            return parse(Current);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw new RunStoreException(
                $"Line {Index + 1} of the object {name} is damaged: {failure.Message}", failure);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private bool TakeLine()
    {
        var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        if (length < 0) return false;
        Take(length);
        _start++;
        return true;
    }

    private void Take(int length)
    {
        Current = _buffer.AsMemory(_start, length);
        Index++;
        _start += length;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (!_sourceEnded)
        {
            MakeRoom();
            var read = await source.ReadAtLeastAsync(
                _buffer.AsMemory(_end), _buffer.Length - _end, throwOnEndOfStream: false, cancellationToken);
            _end += read;
            _sourceEnded = _end < _buffer.Length;
            if (TakeLine()) return true;
        }

        if (_start == _end) return false;
        Take(_end - _start);
        return true;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
