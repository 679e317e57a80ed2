using System.Text;
using System.Text.Json;

namespace Serverless.Host.Http;

/// <summary>Shows a caller's input back inside a message: short and in quotes.</summary>
internal static class Shown
{
    private const int MaxLength = 60;

    public static string Text(string? text) => text is null
        ? "missing"
        : text.Length <= MaxLength ? $"\"{Clean(text)}\"" : $"\"{Clean(text[..(MaxLength - 1)])}…\"";

    /// <summary>What a JSON value is, in words.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"a text ({Text(value.GetString())})",
        JsonValueKind.Number => $"the number {Clean(value.GetRawText())}",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };

    private static string Clean(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) ? '?' : c);
        return clean.ToString();
    }
}
