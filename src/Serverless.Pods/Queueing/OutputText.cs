using System.Buffers;
using System.Text.Json;
using Serverless.Core.Results;

namespace Serverless.Pods.Queueing;

/// <summary>Results as a handler would have answered them.</summary>
internal static class OutputText
{
    /// <summary>One entry: the result, or an object with the error.</summary>
    public static ReadOnlyMemory<byte> Of(Checkpoint checkpoint)
    {
        if (checkpoint.IsGood) return checkpoint.Result!.Value;
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, checkpoint.Id);
            json.WriteString("error"u8, checkpoint.Error);
            json.WriteEndObject();
        });
    }

    /// <summary>A whole output.</summary>
    public static ReadOnlyMemory<byte> Of(IEnumerable<ReadOnlyMemory<byte>> values) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("results"u8);
        foreach (var value in values) json.WriteRawValue(value.Span, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true })) write(json);
        return buffer.WrittenMemory;
    }
}
