using System.Text;
using System.Text.Json;

namespace Serverless.RunPod.Replies;

/// <summary>A job's error as people can read it. It goes into history, so it stays short.</summary>
internal static class FailureText
{
    /// <summary>The longest error text kept, in characters.</summary>
    public const int MaxCharacters = 1000;

    private const string PythonType = "<class '";

    /// <summary>An uncaught Python exception arrives as JSON inside the string; what remains is "type:
    /// message".</summary>
    public static string Unpack(string error) => TryUnpack(error) ?? error;

    /// <summary>At most <see cref="MaxCharacters"/>, never half of a surrogate pair.</summary>
    public static string Cut(string text)
    {
        if (text.Length <= MaxCharacters) return text;
        var end = char.IsHighSurrogate(text[MaxCharacters - 2]) ? MaxCharacters - 2 : MaxCharacters - 1;
        return $"{text[..end]}…";
    }

    private static string? TryUnpack(string error)
    {
        if (!error.AsSpan().TrimStart().StartsWith('{')) return null;
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(error));
            var type = Member(document.RootElement, "error_type");
            var message = Member(document.RootElement, "error_message");
            if (type is not null && message is not null) return $"{TypeName(type)}: {message}";
            return message ?? type;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: the text stays as it came.
            return null;
        }
    }

    private static string? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static string TypeName(string type) =>
        type.StartsWith(PythonType, StringComparison.Ordinal) && type.EndsWith("'>", StringComparison.Ordinal)
            ? type[PythonType.Length..^2]
            : type;
}
