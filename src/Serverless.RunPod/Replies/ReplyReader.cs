using System.Net.Http.Headers;
using Polly.Timeout;

namespace Serverless.RunPod.Replies;

/// <summary>Turns a response, or the lack of one, into a <see cref="Reply"/>.</summary>
internal sealed class ReplyReader(string endpointId, RunPodOptions options, TimeProvider time)
{
    public async Task<Reply> ReadAsync(
        RunPodOperation operation, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await ReplyBody.ReadAsync(response.Content, options.MaxResponseBytes, cancellationToken);
        var isHtml = response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml";
        var fields = isHtml ? null : ReplyFields.TryRead(body);
        var shape = body.IsEmpty ? BodyShape.Empty : fields is null ? BodyShape.Page : BodyShape.Json;
        var code = (int)response.StatusCode;
        var (kind, meaning) = ReplyTable.Classify(operation, code, shape, fields ?? ReplyFields.None);
        return new Reply
        {
            Operation = operation,
            Kind = kind,
            StatusCode = code,
            Text = Describe(operation, code, meaning, Explanation(response, kind, fields)),
            Fields = fields ?? ReplyFields.None,
            JobError = fields?.Error is { } error ? Clean(FailureText.Unpack(error), response) : null,
            RetryAfter = RetryAfter(response.Headers),
        };
    }

    /// <summary>What an exception from the transport means, or null when it is not one of the transport's.</summary>
    public Reply? ReadFailure(RunPodOperation operation, Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: var error } when NeverLeft(error) =>
            Failed(operation, ReplyKind.NotSent, $"could not be reached: {exception.Message}", exception),
        // HttpClient reports a connection that took too long in this form; its own timeout is off.
        OperationCanceledException { InnerException: TimeoutException } =>
            Failed(operation, ReplyKind.NotSent, "could not be reached: connecting took too long", exception),
        TimeoutRejectedException =>
            Failed(operation, ReplyKind.Unclear, $"did not answer within {options.CallTimeout}", exception),
        ReplyTooLargeException when operation.NamesJob() =>
            Failed(operation, ReplyKind.Refused, exception.Message, exception),
        ReplyTooLargeException =>
            Failed(operation, ReplyKind.Unclear, exception.Message, exception),
        // A compressed body that is cut short is invalid data.
        HttpRequestException or IOException or InvalidDataException =>
            Failed(operation, ReplyKind.Unclear, $"broke the connection off: {exception.Message}", exception),
        _ => null,
    };

    /// <summary>A call that was held back because the endpoint has been failing.</summary>
    public Reply HeldBack(RunPodOperation operation, TimeSpan? wait, Exception exception)
    {
        var seconds = Math.Ceiling(Math.Max(1, (wait ?? options.BreakDuration).TotalSeconds));
        var what = $"has failed too often of late; calls are held back for {seconds} s";
        return Failed(operation, ReplyKind.NotSent, what, exception);
    }

    private Reply Failed(RunPodOperation operation, ReplyKind kind, string what, Exception cause) => new()
    {
        Operation = operation,
        Kind = kind,
        Text = $"RunPod endpoint {endpointId}, {operation.Name()}: {what}",
        Cause = cause,
    };

    private string Describe(RunPodOperation operation, int code, string meaning, string? explanation)
    {
        var said = string.IsNullOrWhiteSpace(explanation) ? "" : $" (RunPod says: {explanation})";
        return $"RunPod endpoint {endpointId}, {operation.Name()}: answered {code}: {meaning}{said}";
    }

    // An answered call needs no words, and an answer's error is the job's.
    private static string? Explanation(HttpResponseMessage response, ReplyKind kind, ReplyFields? fields) =>
        kind != ReplyKind.Answered && fields?.Explanation is { } text ? Clean(text, response) : null;

    // RunPod might repeat a key that it does not like. The request knows which key that is, whoever sent it.
    private static string Clean(string text, HttpResponseMessage response)
    {
        var sent = response.RequestMessage?.Headers.Authorization;
        var key = sent?.Parameter ?? sent?.Scheme;
        return FailureText.Cut(string.IsNullOrEmpty(key) ? text : text.Replace(key, "***", StringComparison.Ordinal));
    }

    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var wish = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (headers.Date ?? time.GetUtcNow()),
            _ => TimeSpan.Zero,
        };
        if (wish <= TimeSpan.Zero) return null;
        return wish < options.MaxRetryAfter ? wish : options.MaxRetryAfter;
    }

    private static bool NeverLeft(HttpRequestError error) => error
        is HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError;
}
