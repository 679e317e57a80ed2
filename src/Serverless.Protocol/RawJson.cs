using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Protocol;

/// <summary>A JSON value that is handed on as it is, byte for byte but for white space around it.</summary>
/// <param name="Utf8">The text; empty where there is no value at all, which is not the same as <c>null</c>.</param>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>Whether there is no value.</summary>
    public bool IsEmpty => Utf8.IsEmpty;

    /// <summary>Whether both are the same text.</summary>
    public bool Equals(RawJson other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>The text.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Utf8.Span);
}

/// <summary>Reads and writes <see cref="RawJson"/>.</summary>
public sealed class RawJsonConverter : JsonConverter<RawJson>
{
    /// <summary><c>null</c> is a value like any other.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonMarshal.GetRawUtf8Value(JsonElement.ParseValue(ref reader)).ToArray());

    /// <inheritdoc/>
    /// <exception cref="JsonException">There is no value to write.</exception>
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.IsEmpty) throw new JsonException("There is no JSON to write.");
        writer.WriteRawValue(value.Utf8.Span);
    }
}
