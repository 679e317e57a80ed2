using System.Net;
using System.Text.Json;
using Serverless.Core;
using Serverless.Core.Results;

namespace Serverless.Workers.Sample;

/// <summary>Fetches flashpoints that were too large for the body of a job, as a worker in the cloud does: by the URL in the input,
/// without a key.</summary>
internal static class SharedInput
{
    /// <summary>The largest flashpoint that a run takes, in an array.</summary>
    private const int MaxBytes = Limits.MaxFlashpointBytes + 2;

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
    })
    {
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <exception cref="WorkerHandlerException">They cannot be had, or are not what was meant. Never shows the URL's query, which is
    /// as good as a key.</exception>
    public static async Task<JsonElement> FetchAsync(JsonElement value, CancellationToken cancellationToken)
    {
        var (reference, problem) = Reference.Read(value, MaxBytes);
        if (reference is null) throw Wrong(problem!);
        if (reference.Url.Scheme is not ("https" or "http"))
            throw Wrong($"this worker reads https:// and http:// alone, not {reference.Url.Scheme}://");
        try
        {
            return await FetchAsync(reference, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || IsTimeout(e, cancellationToken))
        {
            throw Wrong($"{Shown(reference)} cannot be read: {e.Message}", e);
        }
    }

    private static async Task<JsonElement> FetchAsync(Reference reference, CancellationToken cancellationToken)
    {
        using var answer = await Http.GetAsync(reference.Url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw Wrong($"{Shown(reference)} cannot be read: the server answered {(int)answer.StatusCode}");
        await using var source = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var (content, problem) = await reference.FetchAsync(source, cancellationToken);
        if (problem is not null) throw Wrong(problem);
        try
        {
            return JsonText.Element(content);
        }
        catch (JsonException e)
        {
            throw Wrong("what its reference names is not JSON", e);
        }
    }

    private static bool IsTimeout(Exception exception, CancellationToken cancellationToken) =>
        exception is TaskCanceledException && !cancellationToken.IsCancellationRequested;

    private static WorkerHandlerException Wrong(string reason, Exception? inner = null) => new($"input.flashpoints: {reason}", inner);

    private static string Shown(Reference reference) =>
        reference.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
