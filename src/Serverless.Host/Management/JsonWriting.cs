using System.Text.Json;

namespace Serverless.Host.Management;

/// <summary>What a JSON writer lacks.</summary>
internal static class JsonWriting
{
    /// <summary>A value as the engine stored it; null when there is none.</summary>
    public static void WriteStored(this Utf8JsonWriter json, string name, string? stored)
    {
        json.WritePropertyName(name);

        // Validated when it was stored, and perhaps nested deeper than a validation here would take.
        if (stored is null) json.WriteNullValue();
        else json.WriteRawValue(stored, skipInputValidation: true);
    }
}
