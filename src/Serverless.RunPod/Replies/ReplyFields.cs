using System.Text;
using System.Text.Json;

namespace Serverless.RunPod.Replies;

/// <summary>
/// The fields that a job view or an error body may have. An error body's <c>status</c> is a number and means the HTTP
/// status; a job's is a word. What has an unexpected type counts as absent.
/// </summary>
internal sealed record ReplyFields
{
    // Outputs may nest deeper than the reader's default of 64, and they are skipped, not walked.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1024 };

    public static readonly ReplyFields None = new();

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? Id { get; private set; }

    public string? State { get; private set; }

    public int? StatusNumber { get; private set; }

    public ReadOnlyMemory<byte>? Output { get; private set; }

    public string? Error { get; private set; }

    /// <summary>What an error body says: <c>detail</c>, <c>error</c>, <c>message</c> or <c>title</c>, in this
    /// order.</summary>
    public string? Explanation => Detail ?? Error ?? Message ?? Title;

    public TimeSpan? DelayTime { get; private set; }

    public TimeSpan? ExecutionTime { get; private set; }

    public string? WorkerId { get; private set; }

    public int Retries { get; private set; }

    private string? Detail { get; set; }

    private string? Message { get; set; }

    private string? Title { get; set; }

    /// <summary>Reads a body in one pass; <see cref="Output"/> is a slice of it. Null when it is no JSON
    /// object.</summary>
    public static ReplyFields? TryRead(ReadOnlyMemory<byte> body)
    {
        var fields = new ReplyFields { Body = body };
        var reader = new Utf8JsonReader(body.Span, Deep);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Text(ref reader);
                reader.Read();
                fields.Set(name, ref reader);
            }

            // One more step, so that anything behind the object is noticed.
            return reader.Read() ? null : fields;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Set(string? name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "id": Id = Text(ref reader); break;
            case "status" when reader.TokenType == JsonTokenType.Number: StatusNumber = Whole(ref reader); break;
            case "status": State = Text(ref reader); break;
            case "output": Output = Raw(ref reader); break;
            case "error": Error = Text(ref reader) ?? RawText(ref reader); break;
            case "detail": Detail = Text(ref reader); break;
            case "message": Message = Text(ref reader); break;
            case "title": Title = Text(ref reader); break;
            case "delayTime": DelayTime = Milliseconds(ref reader); break;
            case "executionTime": ExecutionTime = Milliseconds(ref reader); break;
            case "workerId": WorkerId = Text(ref reader); break;
            case "retries": Retries = Math.Max(0, Whole(ref reader) ?? 0); break;
        }

        reader.Skip();
    }

    private ReadOnlyMemory<byte>? Raw(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Body[start..(int)reader.BytesConsumed];
    }

    private string? RawText(ref Utf8JsonReader reader) =>
        Raw(ref reader) is { } raw ? Encoding.UTF8.GetString(raw.Span) : null;

    // Python writes half of a surrogate pair as an escape, which GetString refuses; such a text is kept as it stands.
    private static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) return null;
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static int? Whole(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;

    private static TimeSpan? Milliseconds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var number)) return null;
        return number is >= 0 and < int.MaxValue * 1000.0 ? TimeSpan.FromMilliseconds(number) : null;
    }
}
