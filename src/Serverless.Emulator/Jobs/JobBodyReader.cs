using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Serverless.Emulator.Jobs;

/// <summary>Reads the body of <c>/run</c> and <c>/runsync</c> without building a tree of it: inputs are big.</summary>
internal static class JobBodyReader
{
    private const long MaxDurationMilliseconds = 7L * 24 * 60 * 60 * 1000;
    private const long MinExecutionTimeoutMilliseconds = 5_000;
    private const long MinTimeToLiveMilliseconds = 10_000;

    /// <summary>Reads a body.</summary>
    /// <param name="body">The bytes; the input keeps pointing into them.</param>
    /// <param name="deep">Whether faults will ask about the input.</param>
    /// <param name="submission">What was asked for.</param>
    /// <param name="problem">What is wrong with it, if something is.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> body,
        bool deep,
        [NotNullWhen(true)] out JobSubmission? submission,
        [NotNullWhen(false)] out string? problem)
    {
        (submission, problem) = (null, null);
        try
        {
            var read = Read(body);
            submission = read with { Traits = JobTraits.Read(read.Input, deep) };
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what the reader throws on text that is no valid Unicode.
            problem = "bad request: body: malformed JSON";
        }
        catch (FormatException error)
        {
            problem = $"bad request: body: {error.Message}";
        }

        return false;
    }

    private static JobSubmission Read(ReadOnlyMemory<byte> body)
    {
        var json = new Utf8JsonReader(body.Span);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new FormatException("must be a JSON object");
        var submission = new JobSubmission { Traits = JobTraits.None };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            submission = name switch
            {
                "input" => submission with { Input = ReadInput(ref json, body) },
                "webhook" => submission with { Webhook = ReadWebhook(ref json) },
                "policy" => ReadPolicy(ref json, submission),
                _ => Skip(ref json, submission),
            };
        }

        while (json.Read())
        {
            // Anything after the object makes the reader throw.
        }

        return submission;
    }

    private static ReadOnlyMemory<byte>? ReadInput(ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
    {
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartObject) throw new FormatException("input: must be a JSON object");
        var start = (int)json.TokenStartIndex;
        var ahead = json;
        ahead.Read();
        var isEmpty = ahead.TokenType == JsonTokenType.EndObject;
        json.Skip();
        if (isEmpty) return null;
        return body[start..(int)json.BytesConsumed];
    }

    private static Uri? ReadWebhook(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType == JsonTokenType.String
            && Uri.TryCreate(json.GetString(), UriKind.Absolute, out var webhook)
            && webhook.Scheme is "http" or "https") return webhook;
        throw new FormatException("webhook: must be an http or https URL");
    }

    private static JobSubmission ReadPolicy(ref Utf8JsonReader json, JobSubmission submission)
    {
        if (json.TokenType == JsonTokenType.Null) return submission;
        if (json.TokenType != JsonTokenType.StartObject) throw new FormatException("policy: must be a JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            submission = name switch
            {
                "executionTimeout" => submission with
                {
                    ExecutionTimeout = ReadDuration(ref json, name, MinExecutionTimeoutMilliseconds),
                },
                "ttl" => submission with { TimeToLive = ReadDuration(ref json, name, MinTimeToLiveMilliseconds) },
                "lowPriority" => submission with { LowPriority = ReadFlag(ref json, name) },
                _ => Skip(ref json, submission),
            };
        }

        return submission;
    }

    private static TimeSpan ReadDuration(ref Utf8JsonReader json, string name, long min)
    {
        if (json.TokenType == JsonTokenType.Number
            && json.TryGetInt64(out var milliseconds)
            && milliseconds >= min && milliseconds <= MaxDurationMilliseconds)
            return TimeSpan.FromMilliseconds(milliseconds);
        throw new FormatException($"policy.{name}: must be milliseconds between {min} and {MaxDurationMilliseconds}");
    }

    private static bool ReadFlag(ref Utf8JsonReader json, string name) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new FormatException($"policy.{name}: must be true or false"),
    };

    private static JobSubmission Skip(ref Utf8JsonReader json, JobSubmission submission)
    {
        json.Skip();
        return submission;
    }
}
