using System.Buffers;
using System.Text.Json;
using Serverless.Emulator.Http;
using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Webhooks;

/// <summary>The end of a job, on its way to whoever asked to be told.</summary>
internal sealed record WebhookDelivery(Uri Url, JobView Job, ReadOnlyMemory<byte>? Input)
{
    /// <summary>How often the same end is told.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How long after the end it is told first.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The body: what <c>/status</c> shows, and the job's input and webhook.</summary>
    public ReadOnlyMemory<byte> ToBody()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, JsonAnswer.WriterOptions);
        json.WriteStartObject();
        Job.WriteMembers(json);
        if (Input is { } input)
        {
            json.WritePropertyName("input");
            json.WriteRawValue(input.Span, skipInputValidation: true);
        }

        json.WriteString("webhook", Url.OriginalString);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }
}
