using System.Text.Json;

namespace Serverless.Host.Http;

/// <summary>Where a member of a body's one JSON object stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its value begins with.</param>
/// <param name="Start">The value's first byte in the body.</param>
/// <param name="End">The byte behind the value.</param>
internal sealed record JsonMember(string Name, JsonTokenType Kind, long Start, long End)
{
    public long Length => End - Start;
}

/// <summary>Finds the members of one JSON object in a stream without holding their values: a list may be larger than memory
/// should be.</summary>
internal sealed class JsonMembers(Stream body)
{
    /// <summary>Room for a flashpoint as deep as is allowed, inside the list inside the object.</summary>
    private const int MaxDepth = 60;

    private readonly List<JsonMember> _members = [];
    private byte[] _buffer = new byte[64 * 1024];
    private int _filled;
    private long _before;
    private bool _ended;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = MaxDepth });
    private string? _name;
    private long _start;
    private JsonTokenType _kind;

    /// <summary>The members, in order. A name may come twice; what that means is for the caller to say.</summary>
    /// <exception cref="JsonException">It is not one JSON object.</exception>
    public static async Task<IReadOnlyList<JsonMember>> FindAsync(Stream body, CancellationToken cancellationToken)
    {
        var finder = new JsonMembers(body);
        await finder.SkipMarkAsync(cancellationToken);
        while (!finder._ended)
        {
            await finder.FillAsync(cancellationToken);
            finder.Scan();
        }

        return finder._members;
    }

    /// <summary>Some editors and shells put a byte order mark in front.</summary>
    private async ValueTask SkipMarkAsync(CancellationToken cancellationToken)
    {
        var start = new byte[3];
        await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (!start.AsSpan().SequenceEqual("\uFEFF"u8)) body.Position = 0;
        _before = body.Position;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await body.ReadAsync(_buffer.AsMemory(_filled), cancellationToken);
        _filled += read;
        _ended = read == 0;
    }

    private void Scan()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(0, _filled), _ended, _state);
        while (reader.Read()) Take(ref reader);
        var consumed = (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        _before += consumed;
        _filled -= consumed;
        _buffer.AsSpan(consumed, _filled).CopyTo(_buffer);
    }

    private void Take(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
            throw new JsonException("The body is not a JSON object.");
        if (reader.CurrentDepth != 1) return;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _name = reader.GetString();
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                (_kind, _start) = (reader.TokenType, _before + reader.TokenStartIndex);
                break;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                _members.Add(new JsonMember(_name!, _kind, _start, _before + reader.BytesConsumed));
                break;
            default:
                _members.Add(new JsonMember(
                    _name!, reader.TokenType, _before + reader.TokenStartIndex, _before + reader.BytesConsumed));
                break;
        }
    }
}
