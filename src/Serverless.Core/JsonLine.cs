using System.Text.Json;

namespace Serverless.Core;

/// <summary>JSON as one line.</summary>
internal static class JsonLine
{
    /// <summary>
    /// The same JSON without white space between its parts; texts and numbers stay as they were written. The input is
    /// known to be one valid value.
    /// </summary>
    public static byte[] Compact(ReadOnlySpan<byte> json)
    {
        var line = new byte[json.Length];
        var length = 0;
        while (json.Length > 0)
        {
            var count = json[0] is (byte)'"' ? StringLength(json) : json.IndexOfAny(" \t\r\n\""u8);
            if (count < 0) count = json.Length;
            json[..count].CopyTo(line.AsSpan(length));
            length += count;
            json = json[count..].TrimStart(" \t\r\n"u8);
        }

        return length == line.Length ? line : line[..length];
    }

    /// <summary>The first name that an object, at any depth, has twice; empty when there is none.</summary>
    public static string FindDuplicate(ReadOnlySpan<byte> json)
    {
        var open = new Stack<HashSet<string>>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject) open.Push(new HashSet<string>(StringComparer.Ordinal));
            else if (reader.TokenType is JsonTokenType.EndObject) open.Pop();
            else if (reader.TokenType is JsonTokenType.PropertyName && !open.Peek().Add(reader.GetString()!))
                return reader.GetString()!;
        }

        return "";
    }

    /// <summary>How many bytes the text at the start takes, quotes included.</summary>
    private static int StringLength(ReadOnlySpan<byte> json)
    {
        var at = 1;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] is (byte)'"') return at + 1;
            at += 2;
        }
    }
}
