using System.Net.Http.Headers;
using System.Net.Mime;
using Serverless.Core.Settings;

namespace Serverless.Host.Sources;

/// <summary>A list behind a URL.</summary>
internal sealed class HttpSource(HttpClient http, TimeProvider time) : IFlashpointSource
{
    private static readonly string[] Readable =
    [
        MediaTypeNames.Application.Json, "application/x-ndjson", "application/ndjson", "application/jsonl",
        "application/json-lines", "application/jsonlines", "application/x-jsonlines", "text/json",
        MediaTypeNames.Text.Plain, MediaTypeNames.Application.Octet, "binary/octet-stream",
    ];

    /// <summary>The URL; <c>{date}</c> in it becomes the day.</summary>
    public required string Url { get; init; }

    /// <summary>Sent with every request.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> Headers { get; init; } = [];

    /// <summary>Which of the URLs on the same server may be read when it sends us on.</summary>
    public Func<Uri, bool> MayRead { get; init; } = static _ => true;

    public string Description => $"The list at {SourceText.Shown(new Uri(Url))}";

    public async Task CopyToAsync(Stream target, DateOnly date, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(HostLimits.SourceTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, cancellationToken);
        try
        {
            using var answer = await GetAsync(new Uri(SourceText.WithDate(Url, date)), either.Token);
            CheckType(answer);
            await answer.Content.CopyToAsync(target, either.Token);
        }
        catch (OperationCanceledException e) when (timeUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed($"took longer than {HostLimits.SourceTimeout.TotalMinutes:0} minutes", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Failed($"cannot be read: {(e.InnerException ?? e).Message}", e);
        }
    }

    private async Task<HttpResponseMessage> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(url);
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer)
            {
                var status = $"{(int)answer.StatusCode} ({answer.ReasonPhrase})";
                if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
                    throw Failed($"cannot be read: the server answered {status}");
                if (redirects == HostLimits.MaxSourceRedirects)
                    throw Failed($"cannot be read: the server sent us on more than {redirects} times");
                url = Follow(url, new Uri(url, location), status);
            }
        }
    }

    /// <summary>Headers hold keys and the operator allowed one server; so only that one may be asked.</summary>
    private Uri Follow(Uri from, Uri to, string status)
    {
        if (to.Scheme != from.Scheme || to.IdnHost != from.IdnHost || to.Port != from.Port || to.UserInfo.Length > 0)
        {
            throw Failed(
                $"cannot be read: the server answered {status} and sends us on to {to.Scheme}://{to.IdnHost}:{to.Port}, which is " +
                $"not followed; only {from.Scheme}://{from.IdnHost}:{from.Port} is asked");
        }

        return MayRead(to)
            ? to
            : throw Failed($"cannot be read: the server answered {status} and sends us on to a URL outside of SOURCE_ALLOW");
    }

    private HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/json, application/x-ndjson, text/plain;q=0.5, */*;q=0.1");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("fanout", null));
        foreach (var (name, value) in Headers)
        {
            request.Headers.Remove(name);
            if (!request.Headers.TryAddWithoutValidation(name, value.Reveal()))
                throw Failed($"cannot be read: the header {name} of FLASHPOINT_SOURCE_HEADERS cannot be sent with a GET");
        }

        return request;
    }

    private void CheckType(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType is not { } type) return;
        if (Readable.Contains(type, StringComparer.OrdinalIgnoreCase)) return;
        if (type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)) return;
        var hint = type.Contains("html", StringComparison.OrdinalIgnoreCase) ? ", a page for people, perhaps a sign-in" : "";
        throw Failed($"is of type {type}{hint}; expected is JSON or JSON lines");
    }

    private SourceException Failed(string text, Exception? inner = null) => new($"{Description} {text}.", inner);
}
