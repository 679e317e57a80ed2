using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Host.Http;

namespace Serverless.Host.Work;

/// <summary>Where a JSON value is not of the type that it should be.</summary>
/// <param name="Field">The member, by its path; empty for the value itself.</param>
/// <param name="Value">What it is.</param>
/// <param name="Allowed">What it may be.</param>
internal sealed record BodyFault(string Field, string Value, string Allowed)
{
    /// <summary>The first one; null when there is none.</summary>
    public static BodyFault? Find(JsonElement value, JsonTypeInfo type) => Find(value, type, "");

    private static BodyFault? Find(JsonElement value, JsonTypeInfo type, string path) => type.Kind switch
    {
        JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object => FindInMembers(value, type, path),
        JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array => FindInEntries(value, type, path),
        JsonTypeInfoKind.None when IsOf(value, type) => null,
        _ => new BodyFault(path, Shown.Value(value), InWords(type)),
    };

    private static BodyFault? FindInMembers(JsonElement value, JsonTypeInfo type, string path)
    {
        foreach (var member in type.Properties)
        {
            var place = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            var memberType = type.Options.GetTypeInfo(member.PropertyType);
            if (!value.TryGetProperty(member.Name, out var found))
            {
                if (member.IsRequired || member.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false })
                    return new BodyFault(place, "missing", InWords(memberType));
            }
            else if (!(found.ValueKind == JsonValueKind.Null && member.IsSetNullable) && Find(found, memberType, place) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static BodyFault? FindInEntries(JsonElement value, JsonTypeInfo type, string path)
    {
        var index = 0;
        var entryType = type.Options.GetTypeInfo(type.ElementType!);
        foreach (var entry in value.EnumerateArray())
        {
            if (Find(entry, entryType, $"{path}[{index++}]") is { } fault) return fault;
        }

        return null;
    }

    private static bool IsOf(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            return value.Deserialize(type) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string InWords(JsonTypeInfo type)
    {
        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (type.Kind == JsonTypeInfoKind.Object) return "an object";
        if (type.Kind == JsonTypeInfoKind.Enumerable) return "a list";
        if (plain.IsEnum) return string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
        if (plain == typeof(string)) return "a text";
        if (plain == typeof(bool)) return "true or false";
        if (plain == typeof(int) || plain == typeof(long)) return "a whole number";
        return plain == typeof(double) ? "a number" : "any JSON value";
    }
}
