using System.Buffers;
using System.Text.Json;

namespace Serverless.Pods.Queueing;

/// <summary>Where the flashpoints stand in a job's input, so that those with a result can be left out of it.</summary>
internal sealed class JobFlashpoints
{
    private readonly List<(string Id, Range Place)> _entries = [];
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);
    private Range _list;

    private JobFlashpoints()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Reads an input: an object with a list <c>flashpoints</c>, whose entries are objects with an <c>id</c>.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static JobFlashpoints Read(ReadOnlySpan<byte> input)
    {
        var found = new JobFlashpoints();
        try
        {
            found.Scan(input);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The input is not JSON: {e.Message}", e);
        }

        return found;
    }

    /// <summary>The id of one.</summary>
    public string IdOf(int ordinal) => _entries[ordinal].Id;

    /// <summary>Which one has an id; null when none has.</summary>
    public int? Find(string id) => _ordinals.TryGetValue(id, out var ordinal) ? ordinal : null;

    /// <summary>The input without some of them.</summary>
    public byte[] Without(ReadOnlySpan<byte> input, IReadOnlySet<int> answered)
    {
        var rest = new ArrayBufferWriter<byte>(input.Length);
        rest.Write(input[.._list.Start.Value]);
        var isFirst = true;
        for (var ordinal = 0; ordinal < _entries.Count; ordinal++)
        {
            if (answered.Contains(ordinal)) continue;
            if (!isFirst) rest.Write(","u8);
            rest.Write(input[_entries[ordinal].Place]);
            isFirst = false;
        }

        rest.Write(input[_list.End.Value..]);
        return rest.WrittenSpan.ToArray();
    }

    private void Scan(ReadOnlySpan<byte> input)
    {
        var json = new Utf8JsonReader(input);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new FormatException("The input is no object.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isList = json.ValueTextEquals("flashpoints"u8);
            json.Read();
            if (isList && json.TokenType == JsonTokenType.StartArray) ScanList(ref json);
            else json.Skip();
        }

        if (_list.Equals(default)) throw new FormatException("The input has no list \"flashpoints\".");
    }

    private void ScanList(ref Utf8JsonReader json)
    {
        var start = (int)json.BytesConsumed;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new FormatException("A flashpoint is no object.");
            var from = (int)json.TokenStartIndex;
            var id = ScanId(ref json) ?? throw new FormatException("A flashpoint has no text \"id\".");
            if (!_ordinals.TryAdd(id, _entries.Count)) throw new FormatException("Two flashpoints have the same id.");
            _entries.Add((id, from..(int)json.BytesConsumed));
        }

        _list = start..(int)json.TokenStartIndex;
    }

    private static string? ScanId(ref Utf8JsonReader json)
    {
        string? id = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isId = json.ValueTextEquals("id"u8);
            json.Read();
            if (isId && json.TokenType == JsonTokenType.String) id = json.GetString();
            else json.Skip();
        }

        return id;
    }
}
