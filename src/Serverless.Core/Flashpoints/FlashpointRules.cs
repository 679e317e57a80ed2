using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Serverless.Core.Flashpoints;

/// <summary>What makes an object a flashpoint.</summary>
internal static class FlashpointRules
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = Limits.MaxFlashpointDepth,
    };

    private static readonly string IdRule = $"an id is a text of 1 to {Limits.MaxFlashpointIdLength} characters";

    /// <summary>Makes a flashpoint of one JSON object.</summary>
    /// <exception cref="FlashpointFormatException">It breaks a rule.</exception>
    public static Flashpoint Check(ReadOnlySpan<byte> json, EntryPlace place)
    {
        if (!Utf8.IsValid(json)) throw place.Refuse(" is not valid UTF-8; save the input as UTF-8.");
        ReadOnlyMemory<byte> line = JsonLine.Compact(json);
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            var entry = document.RootElement;
            var id = CheckId(entry, place);
            CheckTitle(entry, place);
            return new Flashpoint(id, CountFeeds(entry), line);
        }
        catch (JsonException failure)
        {
            throw place.Refuse($" has a member twice: {Excerpt.Of(JsonLine.FindDuplicate(line.Span))}; "
                + "which of the two counts would be a guess.", inner: failure);
        }
        catch (InvalidOperationException failure)
        {
            throw place.Refuse(" has text that is not Unicode: an escape \\ud800 to \\udfff without its partner.",
                inner: failure);
        }
    }

    /// <summary>What a value is, in words, with an excerpt where it is short.</summary>
    public static string Describe(JsonTokenType type, ReadOnlySpan<byte> text) => type switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => $"a text ({Excerpt.Of(text)})",
        JsonTokenType.Number => $"a number ({Excerpt.Of(text).Trim('"')})",
        JsonTokenType.Null => "null",
        _ => type is JsonTokenType.True ? "true" : "false",
    };

    private static string CheckId(JsonElement entry, EntryPlace place)
    {
        if (!entry.TryGetProperty("id"u8, out var member))
            throw place.Refuse($" has no \"id\"; {EntryPlace.Expected}", "id");
        if (member.ValueKind is not JsonValueKind.String)
            throw place.Refuse($": \"id\" is {Describe(member)}; {IdRule}.", "id");

        var id = member.GetString()!;
        if (string.IsNullOrWhiteSpace(id)) throw place.Refuse($": \"id\" is blank; {IdRule}.", "id");
        if (id.Length > Limits.MaxFlashpointIdLength)
            throw place.Refuse($": \"id\" has {id.Length} characters ({Excerpt.Of(id)}); {IdRule}.", "id");
        if (id.Any(char.IsControl))
            throw place.Refuse($": \"id\" has a control character ({Excerpt.Of(id)}); {IdRule}, none of them a "
                + "control character.", "id");
        return id;
    }

    private static void CheckTitle(JsonElement entry, EntryPlace place)
    {
        if (!entry.TryGetProperty("title"u8, out var title) || title.ValueKind is JsonValueKind.Null) return;
        if (title.ValueKind is not JsonValueKind.String)
            throw place.Refuse($": \"title\" is {Describe(title)}; a title is a text, null or left out.", "title");
        _ = title.GetString();
    }

    private static int CountFeeds(JsonElement entry)
        => entry.TryGetProperty("feeds"u8, out var feeds) && feeds.ValueKind is JsonValueKind.Array
            ? feeds.GetArrayLength()
            : 0;

    private static string Describe(JsonElement value)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value));
        reader.Read();
        return Describe(reader.TokenType, reader.ValueSpan);
    }
}
