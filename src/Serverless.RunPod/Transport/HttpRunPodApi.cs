namespace Serverless.RunPod;

/// <summary>The job API over HttpClient. Safe for concurrent use; keep one per endpoint.</summary>
public sealed class HttpRunPodApi : IRunPodApi, IDisposable
{
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
        _client = new HttpClient(RunPodHttp.CreateHandler(endpoint.BaseUri.IsLoopback, options.Validate()));
        RunPodHttp.Configure(_client, endpoint, apiKey);
    }

    /// <inheritdoc/>
    public Task<HttpResponseMessage> RunAsync(HttpContent body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "run", body, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> StatusAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"status/{Segment(id)}", null, cancellationToken);

    /// <inheritdoc/>
    public Task<HttpResponseMessage> StreamAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"stream/{Segment(id)}?wait={RunPodHttp.ShortestStreamWait}", null, cancellationToken);

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

    private static string Segment(string id) => Uri.EscapeDataString(RunPodHttp.CheckId(id));
}
