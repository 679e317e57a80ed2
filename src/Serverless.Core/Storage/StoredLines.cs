using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Core.Flashpoints;
using Serverless.Core.Results;

namespace Serverless.Core.Storage;

/// <summary>The lines of a run's objects. Fixed: runs outlive releases.</summary>
internal static class StoredLines
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>What <see cref="WriteEntry"/> adds to a flashpoint at most.</summary>
    public static int EntryOverheadBytes => """{"i":,"f":}""".Length + "2147483647\n".Length;

    /// <summary><c>{"i":7,"f":{…}}</c></summary>
    public static void WriteEntry(IBufferWriter<byte> target, int index, ReadOnlySpan<byte> flashpoint)
    {
        target.Write("{\"i\":"u8);
        var digits = target.GetSpan(11);
        index.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        target.Advance(length);
        target.Write(",\"f\":"u8);
        target.Write(flashpoint);
        target.Write("}\n"u8);
    }

    public static ChunkEntry ReadEntry(ReadOnlyMemory<byte> line)
    {
        var index = -1;
        Flashpoint? flashpoint = null;
        var reader = new Utf8JsonReader(line.Span);
        while (NextMember(ref reader, out var name))
        {
            if (name is "i") index = reader.GetInt32();
            else if (name is "f") flashpoint = FlashpointJson.Read(Value(ref reader, line).ToArray());
            else reader.Skip();
        }

        return new ChunkEntry(index, flashpoint ?? throw new JsonException("There is no flashpoint."));
    }

    /// <summary><c>{"i":7,"id":"fp-7","r":…}</c>, or with <c>"e":"why"</c>. The result is compact.</summary>
    public static void WriteCheckpoint(
        IBufferWriter<byte> target, int index, string id, ReadOnlySpan<byte> result, string? error)
    {
        using (var json = new Utf8JsonWriter(target, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("i"u8, index);
            WriteText(json, "id"u8, id);
            if (!result.IsEmpty)
            {
                json.WritePropertyName("r"u8);
                json.WriteRawValue(result, skipInputValidation: true);
            }

            if (error is not null) WriteText(json, "e"u8, error);
            json.WriteEndObject();
        }

        target.Write("\n"u8);
    }

    /// <summary>The checkpoint of a line; its result shares the line's memory.</summary>
    public static Checkpoint ReadCheckpoint(ReadOnlyMemory<byte> line)
    {
        var read = new Checkpoint(-1, "", null, null);
        var reader = new Utf8JsonReader(line.Span);
        while (NextMember(ref reader, out var name))
        {
            if (name is "i") read = read with { Index = reader.GetInt32() };
            else if (name is "id") read = read with { Id = reader.GetString()! };
            else if (name is "r") read = read with { Result = Value(ref reader, line) };
            else if (name is "e") read = read with { Error = reader.GetString() };
            else reader.Skip();
        }

        return read.Index >= 0 ? read : throw new JsonException("There is no index.");
    }

    /// <summary><c>{"index":7,"id":"fp-7","error":"why"}</c></summary>
    public static void WriteFailure(IBufferWriter<byte> target, FailedFlashpoint failure)
    {
        using (var json = new Utf8JsonWriter(target, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, failure.Index);
            WriteText(json, "id"u8, failure.Id);
            WriteText(json, "error"u8, failure.Error);
            json.WriteEndObject();
        }

        target.Write("\n"u8);
    }

    public static FailedFlashpoint ReadFailure(ReadOnlyMemory<byte> line)
    {
        var read = new FailedFlashpoint(-1, "", "");
        var reader = new Utf8JsonReader(line.Span);
        while (NextMember(ref reader, out var name))
        {
            if (name is "index") read = read with { Index = reader.GetInt32() };
            else if (name is "id") read = read with { Id = reader.GetString()! };
            else if (name is "error") read = read with { Error = reader.GetString()! };
            else reader.Skip();
        }

        return read.Index >= 0 ? read : throw new JsonException("There is no index.");
    }

    /// <summary>Exported: <c>{"id":"fp-7","index":7,"result":…}</c>, with <c>"error":"why"</c> beside null.</summary>
    public static void WriteResult(
        IBufferWriter<byte> target, string id, int index, ReadOnlySpan<byte> result, string? error)
    {
        using (var json = new Utf8JsonWriter(target, Readable))
        {
            json.WriteStartObject();
            WriteText(json, "id"u8, id);
            json.WriteNumber("index"u8, index);
            json.WritePropertyName("result"u8);
            json.WriteRawValue(result, skipInputValidation: true);
            if (error is not null) WriteText(json, "error"u8, error);
            json.WriteEndObject();
        }

        target.Write("\n"u8);
    }

    /// <summary>Writes any text: a half of a surrogate pair, which JSON cannot carry, becomes U+FFFD.</summary>
    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
        => json.WriteString(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Goes to the value of the object's next member.</summary>
    private static bool NextMember(ref Utf8JsonReader reader, out string? name)
    {
        name = null;
        if (reader.TokenType is JsonTokenType.None) reader.Read();
        if (!reader.Read() || reader.TokenType is not JsonTokenType.PropertyName) return false;
        name = reader.GetString();
        return reader.Read();
    }

    private static ReadOnlyMemory<byte> Value(ref Utf8JsonReader reader, ReadOnlyMemory<byte> line)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return line[start..(int)reader.BytesConsumed];
    }
}
