using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Engine.Replay;

/// <summary>Values to JSON bytes and back, by the registry's source-generated types.</summary>
internal sealed class Payloads(JsonSerializerOptions options)
{
    /// <summary>The JSON of a value; empty for null.</summary>
    /// <exception cref="ArgumentException">It is larger than <see cref="EngineLimits.MaxPayloadBytes"/>.</exception>
    public ReadOnlyMemory<byte> Write(object? value, string what)
    {
        if (value is null) return default;
        var bytes = value switch
        {
            JsonElement element => System.Text.Encoding.UTF8.GetBytes(element.GetRawText()),
            _ => JsonSerializer.SerializeToUtf8Bytes(value, options.GetTypeInfo(value.GetType())),
        };
        if (bytes.Length > EngineLimits.MaxPayloadBytes)
        {
            throw new ArgumentException(
                $"The {what} is {bytes.Length:N0} bytes as JSON; at most {EngineLimits.MaxPayloadBytes:N0} are allowed. " +
                "Put it into a store and pass a claim check.");
        }

        return bytes;
    }

    public T Read<T>(ReadOnlyMemory<byte> json) =>
        json.IsEmpty ? default! : JsonSerializer.Deserialize(json.Span, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!;

    public object? Read(ReadOnlyMemory<byte> json, Type type) =>
        json.IsEmpty ? null : JsonSerializer.Deserialize(json.Span, options.GetTypeInfo(type));
}
