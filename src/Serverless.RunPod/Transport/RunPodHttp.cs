using System.Net;
using System.Net.Http.Headers;

namespace Serverless.RunPod;

/// <summary>How an endpoint is reached over HTTP, whatever a transport is written with.</summary>
public static class RunPodHttp
{
    /// <summary>Milliseconds that GET /stream may take while a job yields nothing. Left to itself RunPod holds the call for
    /// 10 s; less than this is refused.</summary>
    public const int ShortestStreamWait = 1000;

    /// <summary>Connections. Redirects are not followed and this machine is not reached through a proxy: either would show the
    /// key to others.</summary>
    /// <param name="isLoopback">Whether the endpoint is on this machine.</param>
    /// <param name="options">Timeouts of connections.</param>
    public static SocketsHttpHandler CreateHandler(bool isLoopback, RunPodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = options.ConnectionLifetime,
            UseCookies = false,
            UseProxy = !isLoopback,
        };
    }

    /// <summary>Gives a client the endpoint's address and what every call sends.</summary>
    /// <exception cref="ArgumentException">The key is blank or has characters that no header can carry.</exception>
    public static void Configure(HttpClient client, RunPodEndpoint endpoint, string apiKey)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(endpoint);
        var headers = client.DefaultRequestHeaders;
        headers.Authorization = new AuthenticationHeaderValue("Bearer", Checked(apiKey));
        headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        headers.UserAgent.Add(new ProductInfoHeaderValue("fanout", null));
        client.BaseAddress = new Uri($"{endpoint.BaseUri.AbsoluteUri}/");
        client.Timeout = Timeout.InfiniteTimeSpan;
    }

    /// <summary>Lets a job's id into a path. A dot would be taken for a step in it, so an id of dots alone cannot be asked for.
    /// </summary>
    /// <exception cref="ArgumentException">The id is blank, or dots alone.</exception>
    public static string CheckId(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        if (id.All(c => c == '.')) throw new ArgumentException("A job id must not be dots alone.", nameof(id));
        return id;
    }

    private static string Checked(string apiKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);
        var key = apiKey.Trim();
        if (key.All(c => char.IsAscii(c) && !char.IsControl(c) && c != ' ')) return key;
        throw new ArgumentException("The RunPod API key may hold visible ASCII characters only.", nameof(apiKey));
    }
}
