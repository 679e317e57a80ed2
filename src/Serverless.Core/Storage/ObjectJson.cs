using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Core.Storage;

/// <summary>Small objects that are one JSON value.</summary>
public static class ObjectJson
{
    /// <summary>Stores a value under a name.</summary>
    public static Task WriteJsonAsync<T>(
        this IObjectStore objects, string name, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        return objects.WriteAsync(name, (target, token) => JsonSerializer.SerializeAsync(target, value, type, token), cancellationToken);
    }

    /// <summary>Reads the value under a name; null when there is none.</summary>
    /// <exception cref="JsonException">It is damaged.</exception>
    public static async Task<T?> ReadJsonAsync<T>(
        this IObjectStore objects, string name, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(objects);
        if (await objects.OpenReadAsync(name, cancellationToken) is not { } stored) return null;
        await using (stored) return await JsonSerializer.DeserializeAsync(stored, type, cancellationToken);
    }
}
