using System.Buffers;
using System.Text.Json;

namespace Serverless.Core.Flashpoints;

/// <summary>Reads and writes stored flashpoints, which <see cref="FlashpointRules"/> once let pass.</summary>
internal static class FlashpointJson
{
    /// <summary>The flashpoint of a line; it shares the line's memory.</summary>
    public static Flashpoint Read(ReadOnlyMemory<byte> line)
    {
        string? id = null;
        var feeds = 0;
        var reader = new Utf8JsonReader(line.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            var isFeeds = reader.ValueTextEquals("feeds"u8);
            reader.Read();
            if (isId) id = reader.GetString();
            else if (isFeeds && reader.TokenType is JsonTokenType.StartArray) feeds = CountEntries(ref reader);
            reader.Skip();
        }

        return new Flashpoint(id ?? throw new JsonException("There is no id."), feeds, line);
    }

    /// <summary>The title, or null.</summary>
    public static string? ReadTitle(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("title"u8, out var title) ? title.GetString() : null;
    }

    /// <summary>All of them as one compact array.</summary>
    public static ReadOnlyMemory<byte> WriteArray(IEnumerable<Flashpoint> flashpoints)
    {
        List<Flashpoint> all = [.. flashpoints];
        var buffer = new ArrayBufferWriter<byte>(all.Sum(one => one.Json.Length + 1) + 2);
        buffer.Write("["u8);
        for (var i = 0; i < all.Count; i++)
        {
            if (i > 0) buffer.Write(","u8);
            buffer.Write(all[i].Json.Span);
        }

        buffer.Write("]"u8);
        return buffer.WrittenMemory;
    }

    private static int CountEntries(ref Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            count++;
            reader.Skip();
        }

        return count;
    }
}
