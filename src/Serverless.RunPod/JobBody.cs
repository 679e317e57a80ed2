using System.Buffers;
using System.Text.Json;
using Serverless.Core.Jobs;

namespace Serverless.RunPod;

/// <summary>Writes the body of a submission. The input's bytes go in as they are.</summary>
internal static class JobBody
{
    private const int RoomAroundInput = 4096;

    /// <exception cref="JobBackendException">Permanent: the body cannot be sent, and why.</exception>
    public static ReadOnlyMemory<byte> Write(JobRequest request)
    {
        RefuseBadInput(request);
        var (executionTimeout, timeToLive) = Limits(request);
        var buffer = new ArrayBufferWriter<byte>(request.Input.Length + RoomAroundInput);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("input"u8);
            writer.WriteRawValue(request.Input.Span, skipInputValidation: true);
            writer.WriteStartObject("policy"u8);
            writer.WriteNumber("executionTimeout"u8, (long)executionTimeout.TotalMilliseconds);
            writer.WriteNumber("ttl"u8, (long)timeToLive.TotalMilliseconds);
            writer.WriteEndObject();
            if (request.Webhook is { } webhook) writer.WriteString("webhook"u8, Checked(webhook, request).AbsoluteUri);
            writer.WriteEndObject();
        }

        if (buffer.WrittenCount <= RunPodLimits.MaxRequestBytes) return buffer.WrittenMemory;
        throw Refused(request, $"has a body of {buffer.WrittenCount} bytes; RunPod takes at most "
            + $"{RunPodLimits.MaxRequestBytes}. Plan smaller chunks");
    }

    /// <summary>Both times within RunPod's ranges, the life longer than the run.</summary>
    public static (TimeSpan ExecutionTimeout, TimeSpan TimeToLive) Limits(JobRequest request)
    {
        var run = Clamp(request.ExecutionTimeout, RunPodLimits.MinExecutionTimeout, RunPodLimits.MaxExecutionTimeout);
        var leastLife = run + RunPodLimits.TimeToLiveMargin;
        return (run, Clamp(request.TimeToLive, leastLife, RunPodLimits.MaxTimeToLive));
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) =>
        value < least ? least : value > most ? most : value;

    // With an empty input RunPod drops the key, and the job fails after 40 paid seconds with a text about a time-out.
    private static void RefuseBadInput(JobRequest request)
    {
        var reader = new Utf8JsonReader(request.Input.Span, new JsonReaderOptions { MaxDepth = 1024 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Refused(request, "has an input that is not a JSON object");
            reader.Read();
            if (reader.TokenType == JsonTokenType.EndObject) throw Refused(request, "has an empty input");
            while (reader.Read())
            {
                // To the end, so that everything in it has been seen to be JSON.
            }
        }
        catch (JsonException exception)
        {
            // The exception's own text quotes the input, so it goes no further.
            throw Refused(request, $"has an input that is not JSON, at line {exception.LineNumber}, byte "
                + $"{exception.BytePositionInLine}");
        }
    }

    // The path may be a secret, so only the scheme is named.
    private static Uri Checked(Uri webhook, JobRequest request)
    {
        if (webhook.IsAbsoluteUri && (webhook.Scheme == Uri.UriSchemeHttps || webhook.Scheme == Uri.UriSchemeHttp))
            return webhook;
        throw Refused(request, "has a webhook that is not an absolute http or https URL");
    }

    private static JobBackendException Refused(JobRequest request, string reason) =>
        new(JobErrorKind.Permanent, $"The job of attempt {request.AttemptId} {reason}.");
}
