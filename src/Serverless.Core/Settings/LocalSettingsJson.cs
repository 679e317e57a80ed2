using System.Text.Json;

namespace Serverless.Core.Settings;

/// <summary>
/// Reads the <c>Values</c> object of <c>local.settings.json</c> text, as Azure Functions does. Comments and trailing
/// commas are allowed; a number or boolean counts as its text, null as not set.
/// </summary>
public static class LocalSettingsJson
{
    private const string Allowed = "Allowed: { \"Values\": { \"NAME\": \"value\" } }, with comments.";

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads the text. What cannot be read is among the source's errors.</summary>
    /// <param name="name">What to call the file in messages.</param>
    /// <param name="text">The file's text.</param>
    public static SettingSource Read(string name, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Read(name, document.RootElement);
        }
        catch (JsonException exception)
        {
            // The exception's own text may quote the file.
            var line = exception.LineNumber is { } number ? $"line {number + 1}" : "text";
            return Broken(name, line, "is not JSON, or names something twice");
        }
    }

    private static SettingSource Read(string name, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return Broken(name, "text", "is not an object");
        if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            return Broken(name, "IsEncrypted", "is true, which only Azure Functions' own tools can read");
        if (!root.TryGetProperty("Values", out var section))
            return SettingSource.From(name, []) with { ChecksNames = true };
        return section.ValueKind == JsonValueKind.Object
            ? ReadValues(name, section)
            : Broken(name, "Values", "is not an object");
    }

    private static SettingSource ReadValues(string name, JsonElement section)
    {
        var values = new Dictionary<string, SettingText>(StringComparer.Ordinal);
        var errors = new List<SettingError>();
        foreach (var property in section.EnumerateObject())
        {
            if (Text(property.Value) is { } text) values[property.Name] = new SettingText(text);
            else errors.Add(SettingError.Unreadable(property.Name, name, "is not a text", Allowed));
        }

        return new SettingSource { Name = name, Values = values, ChecksNames = true, Errors = errors };
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Null => "",
        _ => null,
    };

    private static SettingSource Broken(string name, string what, string problem) =>
        SettingSource.From(name, []) with { Errors = [SettingError.Unreadable(what, name, problem, Allowed)] };
}
