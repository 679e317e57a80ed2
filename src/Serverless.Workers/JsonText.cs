using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Workers;

/// <summary>JSON as workers exchange it: letters beyond ASCII stay letters, for people read it too.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json);
        return buffer.WrittenMemory;
    }

    public static JsonElement Element(Action<Utf8JsonWriter> write) => Element(Bytes(write));

    /// <exception cref="JsonException">The bytes are not exactly one JSON document.</exception>
    public static JsonElement Element(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static JsonElement Array(IReadOnlyList<JsonElement> items) => Element(json =>
    {
        json.WriteStartArray();
        foreach (var item in items) item.WriteTo(json);
        json.WriteEndArray();
    });

    /// <summary>A job as a worker outside this process takes it.</summary>
    public static ReadOnlyMemory<byte> Bytes(WorkerJob job) => Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", job.Id);
        json.WritePropertyName("input");
        job.Input.WriteTo(json);
        json.WriteEndObject();
    });
}
