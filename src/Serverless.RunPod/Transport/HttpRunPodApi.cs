using System.Net;
using System.Net.Http.Headers;

namespace Serverless.RunPod;

/// <summary>The job API over HttpClient. Safe for concurrent use; keep one per endpoint.</summary>
public sealed class HttpRunPodApi : IRunPodApi, IDisposable
{
    // Left to itself RunPod holds a call for 10 s while a job yields nothing. In milliseconds; less is refused.
    private const int ShortestStreamWait = 1000;

    private readonly HttpClient _client;

    /// <summary>Creates a client with connections of its own.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="apiKey">The API key; white space around it is dropped.</param>
    /// <param name="options">Timeouts of connections. How long a call may take is its caller's to say.</param>
    /// <exception cref="ArgumentException">The key is blank or has characters that no header can carry.</exception>
    public HttpRunPodApi(RunPodEndpoint endpoint, string apiKey, RunPodOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        var key = Checked(apiKey);
        options.Validate();
        _client = new HttpClient(Connections(endpoint, options))
        {
            BaseAddress = new Uri($"{endpoint.BaseUri.AbsoluteUri}/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("fanout", null));
    }

    /// <inheritdoc/>
    public Task<HttpResponseMessage> RunAsync(HttpContent body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "run", body, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> StatusAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"status/{Segment(id)}", null, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> StreamAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"stream/{Segment(id)}?wait={ShortestStreamWait}", null, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> CancelAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"cancel/{Segment(id)}", null, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> RetryAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"retry/{Segment(id)}", null, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> PurgeQueueAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "purge-queue", null, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> HealthAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "health", null, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    // Redirects are not followed and this machine is not reached through a proxy: either would show the key to others.
    private static SocketsHttpHandler Connections(RunPodEndpoint endpoint, RunPodOptions options) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionLifetime = options.ConnectionLifetime,
        UseCookies = false,
        UseProxy = !endpoint.BaseUri.IsLoopback,
    };

    private static string Checked(string apiKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);
        var key = apiKey.Trim();
        if (key.All(c => char.IsAscii(c) && !char.IsControl(c) && c != ' ')) return key;
        throw new ArgumentException("The RunPod API key may hold visible ASCII characters only.", nameof(apiKey));
    }

    // A dot would be taken for a step in the path, so an id of dots alone cannot be asked for.
    private static string Segment(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        if (id.All(c => c == '.')) throw new ArgumentException("A job id must not be dots alone.", nameof(id));
        return Uri.EscapeDataString(id);
    }
}
