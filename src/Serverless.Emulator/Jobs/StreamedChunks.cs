using System.Text.Json;

namespace Serverless.Emulator.Jobs;

/// <summary>What one read of a job's stream gave.</summary>
internal sealed record StreamedChunks(JobStatus Status, IReadOnlyList<ReadOnlyMemory<byte>> Chunks)
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("status", Status.Name());
        json.WriteStartArray("stream");
        foreach (var chunk in Chunks)
        {
            json.WriteStartObject();
            json.WritePropertyName("output");
            json.WriteRawValue(chunk.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
