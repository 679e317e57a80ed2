using System.Buffers;
using System.Text.Json;

namespace Serverless.Core.Settings;

/// <summary>HTTP headers as a JSON object of names and values.</summary>
internal static class HeaderList
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <summary>The headers, or null when the text is not what is allowed.</summary>
    public static IReadOnlyList<KeyValuePair<string, Secret>>? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            var members = document.RootElement.EnumerateObject().ToList();
            return members.TrueForAll(IsHeader)
                ? members.ConvertAll(member => KeyValuePair.Create(member.Name, new Secret(member.Value.GetString()!)))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsHeader(JsonProperty member) =>
        member.Name.Length > 0 && !member.Name.AsSpan().ContainsAnyExcept(NameCharacters)
        && member.Value.ValueKind == JsonValueKind.String
        && member.Value.GetString()!.All(character => character is >= ' ' and < '\x7f');
}
