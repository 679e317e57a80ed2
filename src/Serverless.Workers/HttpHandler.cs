using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Serverless.Workers;

/// <summary>
/// Hands each job to a worker over HTTP: POSTs <c>{"id":…,"input":{…}}</c>, takes the JSON answer as the output.
/// </summary>
/// <remarks>
/// An answer as RunPod's <c>/runsync</c> gives it, <c>{"status":"COMPLETED","output":…}</c>, is unwrapped, so that a
/// worker started with <c>python handler.py --rp_serve_api</c> can be called at its <c>/runsync</c>. An empty answer is
/// None. An answer in JSON lines (<c>application/x-ndjson</c> or <c>application/jsonl</c>) is a generator's: each line is
/// emitted as it comes, and the return value is the list of them.
/// </remarks>
public sealed class HttpHandler : IWorkerHandler
{
    private const int MaxErrorLength = 300;

    private readonly Uri _address;
    private readonly HttpClient _http;

    /// <summary>Creates a handler.</summary>
    /// <param name="address">Where jobs are posted. Absolute, http or https.</param>
    /// <param name="http">What sends. Its <see cref="HttpClient.Timeout"/> must be infinite: a job's own limit ends
    /// the call, and the default of 100 seconds would end long jobs.</param>
    /// <exception cref="ArgumentException">The address is not absolute http(s), or the client has a timeout.
    /// </exception>
    public HttpHandler(Uri address, HttpClient http)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            throw new ArgumentException("The worker's address must be an absolute http or https URL", nameof(address));
        if (http.Timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentException($"The client's Timeout must be infinite; it is {http.Timeout}", nameof(http));
        _address = address;
        _http = http;
    }

    // Without user, password and query: they may hold a secret.
    private string ShownAddress =>
        _address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.Unescaped);

    /// <inheritdoc/>
    /// <exception cref="WorkerHandlerException">The worker answered with an HTTP error, with a job that has not
    /// completed, or with something that is not JSON.</exception>
    /// <exception cref="WorkerCrashedException">The worker could not be reached, or the connection broke.</exception>
    public async Task<JsonElement> HandleAsync(
        WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(JsonText.Bytes(job));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
            using var response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode && IsJsonLines(response.Content.Headers.ContentType))
                return await StreamAsync(response, emit, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.IsSuccessStatusCode) return Output(answer);
            throw new WorkerHandlerException(
                $"The worker at {ShownAddress} answered HTTP {(int)response.StatusCode}: {Shorten(answer)}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new WorkerCrashedException(
                $"No answer from the worker at {ShownAddress}: {exception.Message}", exception);
        }
    }

    private static bool IsJsonLines(MediaTypeHeaderValue? type) =>
        type?.MediaType is "application/x-ndjson" or "application/jsonl";

    private async Task<JsonElement> StreamAsync(
        HttpResponseMessage response, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        var output = new WorkerOutput(
            $"answer of the worker at {ShownAddress}", "JSON lines hold one JSON document each", emit);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await output.ReadAsync(stream, cancellationToken);
        return await output.EndAsync();
    }

    private JsonElement Output(byte[] answer)
    {
        if (answer.Length == 0) return default;
        try
        {
            return Unwrap(JsonText.Element(answer));
        }
        catch (JsonException exception)
        {
            throw new WorkerHandlerException(
                $"The answer of the worker at {ShownAddress} is not JSON at line {exception.LineNumber + 1}, byte "
                + $"{exception.BytePositionInLine + 1}",
                exception);
        }
    }

    private JsonElement Unwrap(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object
            || !answer.TryGetProperty("status", out var status)
            || status.ValueKind != JsonValueKind.String)
        {
            return answer;
        }

        return status.GetString() switch
        {
            "COMPLETED" => answer.TryGetProperty("output", out var output) ? output : default,
            "FAILED" or "TIMED_OUT" or "CANCELLED" => throw new WorkerHandlerException(Error(answer, status)),
            "IN_QUEUE" or "IN_PROGRESS" => throw new WorkerHandlerException(
                $"The worker at {ShownAddress} answered {status}, not a result; use the address of its /runsync"),
            _ => answer,
        };
    }

    private string Error(JsonElement answer, JsonElement status)
    {
        if (!answer.TryGetProperty("error", out var error)) return $"The worker at {ShownAddress} answered {status}";
        return error.ToString();
    }

    private static string Shorten(byte[] answer)
    {
        var text = Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 4 * MaxErrorLength))).Trim();
        if (text.Length == 0) return "no text";
        return text.Length <= MaxErrorLength ? text : text[..MaxErrorLength] + "…";
    }
}
