using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>Calls the coordinator, and tells apart what its answers mean.</summary>
/// <param name="http">Sends; without a timeout of its own.</param>
/// <param name="address">The coordinator.</param>
/// <param name="key">The pod's key. Goes into a header, and nowhere else.</param>
/// <param name="clock">What calls are timed with.</param>
internal sealed class CoordinatorClient(HttpClient http, Uri address, string? key, TimeProvider clock)
{
    /// <summary>Calls and waits, without holding a thread.</summary>
    public async Task<CallResult<TReply>> CallAsync<TRequest, TReply>(
        WorkCall<TRequest, TReply> call, TRequest body, CancellationToken cancellationToken, TimeSpan longer = default)
        where TReply : class
    {
        using var enough = new CancellationTokenSource(WorkLimits.CallTimeout + longer, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            using var request = Request(call, body);
            using var answer = await http.SendAsync(request, either.Token);
            return Read(call, answer, await answer.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (Exception exception) when (IsNoAnswer(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return NoAnswer<TReply>(exception);
        }
    }

    /// <summary>Calls on the thread it is called on, so that a busy process cannot hold it up.</summary>
    public CallResult<TReply> Call<TRequest, TReply>(
        WorkCall<TRequest, TReply> call, TRequest body, CancellationToken cancellationToken)
        where TReply : class
    {
        using var enough = new CancellationTokenSource(WorkLimits.CallTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            using var request = Request(call, body);
            using var answer = http.Send(request, either.Token);
            using var content = new MemoryStream();
            answer.Content.ReadAsStream(either.Token).CopyTo(content);
            return Read(call, answer, content.ToArray());
        }
        catch (Exception exception) when (IsNoAnswer(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return NoAnswer<TReply>(exception);
        }
    }

    /// <summary>A call that is cancelled while its answer is read may find the answer disposed of.</summary>
    private static bool IsNoAnswer(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;

    private HttpRequestMessage Request<TRequest, TReply>(WorkCall<TRequest, TReply> call, TRequest body)
        where TReply : class
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, address.AbsolutePath.TrimEnd('/') + call.Path))
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, call.Request)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(ProtocolVersion.Header, $"{ProtocolVersion.Current}");
        if (key is not null) request.Headers.TryAddWithoutValidation(WorkPaths.KeyHeader, key);
        return request;
    }

    private static CallResult<TReply> Read<TRequest, TReply>(
        WorkCall<TRequest, TReply> call, HttpResponseMessage answer, byte[] content)
        where TReply : class
    {
        if (answer.StatusCode == HttpStatusCode.OK) return ReadReply(call, content);
        var (type, title) = ReadProblem(content);
        var reason = $"HTTP {(int)answer.StatusCode}{(title.Length == 0 ? "" : $": {title}")}";
        return new CallResult<TReply>(OutcomeOf((int)answer.StatusCode, type), null, reason, answer.Headers.RetryAfter?.Delta);
    }

    private static CallResult<TReply> ReadReply<TRequest, TReply>(WorkCall<TRequest, TReply> call, byte[] content)
        where TReply : class
    {
        try
        {
            if (JsonSerializer.Deserialize(content, call.Reply) is { } reply) return new(CallOutcome.Answered, reply);
        }
        catch (JsonException)
        {
            // A proxy answers with a page of its own. The coordinator's own words are not lost: the call is repeated.
        }

        return new(CallOutcome.Unavailable, null, "the answer is not one of a coordinator");
    }

    private static CallOutcome OutcomeOf(int status, string type) => (status, type) switch
    {
        (_, WorkProblems.StaleToken) => CallOutcome.Stale,
        (_, WorkProblems.SessionReplaced or WorkProblems.UnsupportedProtocol or WorkProblems.Forbidden) => CallOutcome.Fatal,
        (401 or 403, _) => CallOutcome.Fatal,
        (413, _) => CallOutcome.TooLarge,
        (408 or 425 or 429, _) => CallOutcome.Unavailable,
        ( >= 400 and < 500, _) => CallOutcome.Refused,
        _ => CallOutcome.Unavailable,
    };

    private static (string Type, string Title) ReadProblem(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return ("", "");
            var detail = Text(json.RootElement, "detail");
            return (Text(json.RootElement, "type"), detail.Length > 0 ? detail : Text(json.RootElement, "title"));
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }

    private static string Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static CallResult<TReply> NoAnswer<TReply>(Exception exception)
        where TReply : class =>
        new(CallOutcome.Unavailable, null, exception is OperationCanceledException ? "no answer in time" : exception.Message);
}
