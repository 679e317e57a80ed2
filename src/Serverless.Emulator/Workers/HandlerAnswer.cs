using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Serverless.Emulator.Workers;

/// <summary>What RunPod's worker library makes of the values that a handler gives.</summary>
internal static class HandlerAnswer
{
    // The library allows 1 MB per chunk of a stream and cuts what is longer.
    internal const int MaxChunkBytes = 1_000_000;

    /// <summary>The outcome that a handler's return value means.</summary>
    public static JobOutcome Read(JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => JobOutcome.Completed(null),
        JsonValueKind.Object => ReadObject(answer),
        _ => JobOutcome.Completed(BytesOf(answer)),
    };

    /// <summary>The outcome of a generator that ran to its end without a return value.</summary>
    public static JobOutcome OfStream(List<ReadOnlyMemory<byte>> emitted, bool aggregate)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("["u8);
        for (var i = 0; aggregate && i < emitted.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            output.Write(emitted[i].Span);
        }

        output.Write("]"u8);
        return JobOutcome.Completed(output.WrittenMemory);
    }

    /// <summary>The error that an emitted value carries, which ends a generator; null when there is none.</summary>
    public static string? ErrorOfEmitted(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("error", out var error)) return null;
        if (!IsTruthy(error)) return null;
        return error.ValueKind == JsonValueKind.String ? error.GetString() : error.GetRawText();
    }

    public static ReadOnlyMemory<byte> BytesOf(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();

    /// <summary>The chunks that an emitted value is streamed as: itself, or its text in pieces when it is too long.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ChunksOf(ReadOnlyMemory<byte> value)
    {
        if (value.Length <= MaxChunkBytes)
        {
            yield return value;
            yield break;
        }

        // A character takes up to six bytes once escaped.
        const int PieceLength = MaxChunkBytes / 6 - 2;
        var text = Encoding.UTF8.GetString(value.Span);
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(start + PieceLength, text.Length);
            if (end < text.Length && char.IsLowSurrogate(text[end])) end--;
            yield return Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text.AsSpan(start, end - start))}\"");
            start = end;
        }
    }

    private static JobOutcome ReadObject(JsonElement answer)
    {
        var hasError = answer.TryGetProperty("error", out var error);
        var hasRefresh = answer.TryGetProperty("refresh_worker", out var refresh);
        return OutcomeOf(error, RestOf(answer)) with { RefreshWorker = hasRefresh && IsTruthy(refresh) };
    }

    private static JobOutcome OutcomeOf(JsonElement error, ReadOnlyMemory<byte>? output)
    {
        if (!IsTruthy(error)) return JobOutcome.Completed(output);

        // The cloud loses an error that is no text, and the output with it.
        return error.ValueKind == JsonValueKind.String
            ? JobOutcome.Failed(error.GetString()!, output)
            : JobOutcome.Completed(null);
    }

    private static ReadOnlyMemory<byte>? RestOf(JsonElement answer)
    {
        if (!answer.EnumerateObject().Any(IsNoMark)) return null;
        if (answer.EnumerateObject().All(IsNoMark)) return BytesOf(answer);
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        foreach (var member in answer.EnumerateObject().Where(IsNoMark)) member.WriteTo(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static bool IsNoMark(JsonProperty member) =>
        !member.NameEquals("error"u8) && !member.NameEquals("refresh_worker"u8);

    /// <summary>Python's idea of truth.</summary>
    private static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => !value.ValueEquals(""),
        JsonValueKind.Number => value.GetDouble() != 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };
}
