using System.Buffers;
using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>Writes what the worker's handler sees as <c>input</c>.</summary>
internal static class JobInput
{
    public static byte[] Write(AttemptInput attempt, IReadOnlyList<ChunkEntry> entries)
    {
        var run = attempt.Chunk.Run;
        var buffer = new ArrayBufferWriter<byte>(1024 + entries.Sum(entry => entry.Flashpoint.Json.Length + 1));
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("run_id"u8, run.RunId);
            json.WriteString("date"u8, run.Date);
            json.WriteString("trigger"u8, run.Trigger);
            json.WriteBoolean("cleanup"u8, run.Cleanup);
            json.WriteNumber("worker"u8, attempt.Chunk.Worker);
            json.WriteNumber("chunk"u8, attempt.Chunk.Chunk);
            json.WriteNumber("attempt"u8, attempt.Attempt);
            json.WriteString("attempt_id"u8, AttemptId(attempt));
            json.WriteStartArray("flashpoints"u8);
            foreach (var entry in entries) json.WriteRawValue(entry.Flashpoint.Json.Span, skipInputValidation: true);
            json.WriteEndArray();
            WriteTimeouts(json, run.Timeouts);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Submitting has no idempotency key; this tells two jobs of one attempt apart from two attempts.</summary>
    public static string AttemptId(AttemptInput attempt) =>
        $"{attempt.Chunk.Run.RunId}:{attempt.Chunk.Chunk}:{attempt.Attempt}";

    private static void WriteTimeouts(Utf8JsonWriter json, RunTimeouts timeouts)
    {
        json.WriteStartObject("timeouts"u8);
        json.WriteNumber("request_s"u8, timeouts.RequestS);
        json.WriteNumber("gpu_s"u8, timeouts.GpuS);
        json.WriteNumber("render_s"u8, timeouts.RenderS);
        json.WriteNumber("scrape_s"u8, timeouts.ScrapeS);
        json.WriteNumber("navigation_s"u8, timeouts.NavigationS);
        json.WriteEndObject();
    }
}
