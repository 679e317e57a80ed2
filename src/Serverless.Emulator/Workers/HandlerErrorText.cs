using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Emulator.Workers;

/// <summary>The text that RunPod's worker library reports for an error nobody caught: itself JSON.</summary>
internal static class HandlerErrorText
{
    // The release of the library that the emulator follows.
    private const string LibraryVersion = "1.12.0";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(Exception error, string workerId)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            json.WriteString("error_type", $"<class '{error.GetType().Name}'>");
            json.WriteString("error_message", error.Message);
            json.WriteString("error_traceback", error.ToString());
            json.WriteString("hostname", $"emulator-{workerId}");
            json.WriteString("worker_id", workerId);
            json.WriteString("runpod_version", LibraryVersion);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
