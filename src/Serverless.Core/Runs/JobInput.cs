using System.Buffers;
using System.Text.Json;
using Serverless.Core.Results;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>Writes what the worker's handler sees as <c>input</c>.</summary>
internal static class JobInput
{
    /// <param name="attempt">The attempt.</param>
    /// <param name="entries">The flashpoints that it is given.</param>
    /// <param name="shared">Where they are, when the input cannot carry them.</param>
    public static byte[] Write(AttemptInput attempt, IReadOnlyList<ChunkEntry> entries, Reference? shared)
    {
        var run = attempt.Chunk.Run;
        var carried = shared is null ? entries : [];
        var buffer = new ArrayBufferWriter<byte>(1024 + carried.Sum(entry => entry.Flashpoint.Json.Length + 1));
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
            json.WritePropertyName("flashpoints"u8);
            if (shared is null) WriteFlashpoints(json, carried);
            else shared.WriteTo(json);
            WriteTimeouts(json, run.Timeouts);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Submitting has no idempotency key; this tells two jobs of one attempt apart from two attempts.</summary>
    public static string AttemptId(AttemptInput attempt) =>
        $"{attempt.Chunk.Run.RunId}:{attempt.Chunk.Chunk}:{attempt.Attempt}";

    private static void WriteFlashpoints(Utf8JsonWriter json, IReadOnlyList<ChunkEntry> entries)
    {
        json.WriteStartArray();
        foreach (var entry in entries) json.WriteRawValue(entry.Flashpoint.Json.Span, skipInputValidation: true);
        json.WriteEndArray();
    }

    private static void WriteTimeouts(Utf8JsonWriter json, RunTimeouts timeouts)
    {
        json.WriteStartObject("timeouts"u8);
        json.WriteNumber("request_s"u8, timeouts.RequestS);
        json.WriteNumber("gpu_s"u8, timeouts.GpuS);
        json.WriteNumber("render_s"u8, timeouts.RenderS);
        json.WriteNumber("scrape_s"u8, timeouts.ScrapeS);
        json.WriteNumber("navigation_s"u8, timeouts.NavigationS);
        if (timeouts.ModelS is { } model) json.WriteNumber("model_s"u8, model);
        json.WriteEndObject();
    }
}
