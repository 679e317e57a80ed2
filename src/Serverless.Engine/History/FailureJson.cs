using System.Buffers;
using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Engine.History;

/// <summary>Failure details as JSON, in histories and in the instance's row.</summary>
internal static class FailureJson
{
    public static byte[] ToBytes(FailureDetails failure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) Write(json, failure);
        return buffer.WrittenSpan.ToArray();
    }

    public static FailureDetails FromBytes(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        return Read(ref json);
    }

    public static void Write(Utf8JsonWriter json, FailureDetails failure)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, failure.ErrorType);
        json.WriteString("message"u8, failure.ErrorMessage);
        if (failure.StackTrace is not null) json.WriteString("stack"u8, failure.StackTrace);
        if (failure.InnerFailure is not null)
        {
            json.WritePropertyName("inner"u8);
            Write(json, failure.InnerFailure);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads one object; the reader stands on its first brace and is left on its last.</summary>
    public static FailureDetails Read(ref Utf8JsonReader json)
    {
        string? type = null, message = null, stack = null;
        FailureDetails? inner = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8)) type = NextString(ref json);
            else if (json.ValueTextEquals("message"u8)) message = NextString(ref json);
            else if (json.ValueTextEquals("stack"u8)) stack = NextString(ref json);
            else if (json.ValueTextEquals("inner"u8))
            {
                json.Read();
                inner = Read(ref json);
            }
            else throw new JsonException($"A failure has an unknown member '{json.GetString()}'.");
        }

        return new(type ?? "unknown", message ?? "", stack, inner);
    }

    private static string? NextString(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }
}
