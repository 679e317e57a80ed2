using System.Text.Json;

namespace Serverless.Core.Flashpoints;

/// <summary>
/// Cuts a stream of JSON into its entries: the objects of one array, or objects one after the other. Holds one entry
/// at a time, in a buffer that grows to the largest of them.
/// </summary>
internal sealed class EntryScanner(Stream source)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _sourceEnded;
    private bool _opened;
    private bool _isArray;
    private JsonReaderState _state;
    private long _line = 1;

    private enum Step
    {
        Entry,
        NeedMore,
        Closed,
    }

    private Span<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The bytes of the entry as they came; good until the next move.</summary>
    public ReadOnlyMemory<byte> Entry { get; private set; }

    /// <summary>Where the entry stands.</summary>
    public EntryPlace Place { get; private set; } = new(-1, 0);

    /// <summary>Goes to the next entry, or says that there is none.</summary>
    /// <exception cref="FlashpointFormatException">The source is not JSON, or not a list of objects.</exception>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (!_opened) await OpenAsync(cancellationToken);
        while (true)
        {
            switch (Scan())
            {
                case Step.Entry:
                    return true;
                case Step.Closed:
                    await ExpectEndAsync(cancellationToken);
                    return false;
                default:
                    if (_sourceEnded) return ExpectNothingOpen();
                    await FillAsync(cancellationToken);
                    break;
            }
        }
    }

    /// <summary>Finds out whether it is an array or lines.</summary>
    private async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await FillAsync(cancellationToken);
        var text = _buffer.AsSpan(0, _end);
        if (text is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw Broken("The input is UTF-16 text; save it as UTF-8.", line: null);
        if (text.StartsWith(ByteOrderMark)) _start = ByteOrderMark.Length;
        int blanks;
        while ((blanks = Unread.IndexOfAnyExcept(Blanks)) < 0)
        {
            if (_sourceEnded) throw Broken($"The input is empty; {EntryPlace.Expected}", line: null);
            await FillAsync(cancellationToken);
        }

        _opened = true;
        _isArray = Unread[blanks] is (byte)'[';
        _state = new JsonReaderState(new JsonReaderOptions
        {
            AllowMultipleValues = true,
            MaxDepth = Limits.MaxFlashpointDepth + (_isArray ? 1 : 0),
        });
    }

    /// <summary>Tries to cut one entry from what is in the buffer.</summary>
    private Step Scan()
    {
        var reader = new Utf8JsonReader(Unread, isFinalBlock: false, _state);
        try
        {
            if (!reader.Read()) return Step.NeedMore;
            var isOpening = _isArray && Place.Index < 0 && reader.CurrentDepth == 0;
            if (isOpening && !reader.Read()) return Step.NeedMore;
            return Cut(ref reader);
        }
        catch (JsonException failure)
        {
            throw NotJson(failure);
        }
    }

    private Step Cut(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.EndArray)
        {
            Consume(ref reader);
            return Step.Closed;
        }

        var at = (int)reader.TokenStartIndex;
        var place = new EntryPlace(Place.Index + 1, _line + Unread[..at].Count((byte)'\n'));
        if (reader.TokenType is not JsonTokenType.StartObject) throw NotAnObject(ref reader, place);
        if (!reader.TrySkip()) return Step.NeedMore;

        Place = place;
        Entry = _buffer.AsMemory(_start + at, (int)reader.BytesConsumed - at);
        Consume(ref reader);
        return Step.Entry;
    }

    private void Consume(ref Utf8JsonReader reader)
    {
        Skip((int)reader.BytesConsumed);
        _state = reader.CurrentState;
    }

    private void Skip(int count)
    {
        _line += Unread[..count].Count((byte)'\n');
        _start += count;
    }

    /// <summary>Makes room, then reads until the buffer is full: a large entry is not scanned at every read.</summary>
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            if (_buffer.Length >= Limits.MaxFlashpointBytes) throw TooLarge();
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        _end += await source.ReadAtLeastAsync(
            _buffer.AsMemory(_end), _buffer.Length - _end, throwOnEndOfStream: false, cancellationToken);
        _sourceEnded = _end < _buffer.Length;

        // A blank at the end lets the reader see where a last number or word ends.
        if (_sourceEnded) _buffer[_end++] = (byte)' ';
    }

    private async ValueTask ExpectEndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var blanks = Unread.IndexOfAnyExcept(Blanks);
            Skip(blanks < 0 ? Unread.Length : blanks);
            if (blanks >= 0) throw TrailingText();
            if (_sourceEnded) return;
            await FillAsync(cancellationToken);
        }
    }

    /// <summary>The source has ended without another whole entry: good after lines, not inside a value.</summary>
    private bool ExpectNothingOpen()
    {
        if (!_isArray && Unread.IndexOfAnyExcept(Blanks) < 0) return false;
        var last = Place.Index < 0 ? "before its first entry does" : $"in the middle, after entry {Place.Index + 1}";
        var line = _line + Unread.Count((byte)'\n');
        throw Broken($"The input ends {last}, at line {line}; it may have been cut off.", line);
    }

    private static FlashpointFormatException NotJson(JsonException failure)
    {
        var line = (failure.LineNumber ?? 0) + 1;
        var reason = failure.Message.Split(" LineNumber:")[0];
        return Broken(
            $"The input is not JSON at line {line}, column {failure.BytePositionInLine + 1}: {reason}", line, failure);
    }

    private FlashpointFormatException NotAnObject(ref Utf8JsonReader reader, EntryPlace place)
    {
        var found = FlashpointRules.Describe(reader.TokenType, reader.ValueSpan);
        return !_isArray && place.Index == 0
            ? Broken($"The input is {found} instead of a list; {EntryPlace.Expected}", place.LineNumber)
            : place.Refuse($" is {found}; a flashpoint is an object with an \"id\".");
    }

    private FlashpointFormatException TrailingText()
        => Broken($"There is text after the end of the array, at line {_line}: "
            + $"{Excerpt.Of(Unread.TrimEnd(Blanks))}.", _line);

    private FlashpointFormatException TooLarge()
        => new EntryPlace(Place.Index + 1, _line).Refuse(
            $" is larger than {Limits.MaxFlashpointBytes / 1024 / 1024} MiB, which is as much as is read for one "
            + $"flashpoint; a job takes {Limits.MaxJobBodyBytes / 1024 / 1024} MiB.");

    private static FlashpointFormatException Broken(string message, long? line, Exception? inner = null)
        => new(message, inner) { LineNumber = line };
}
