using System.Net;

namespace Serverless.Host.Sources;

/// <summary>The connections that sources are read over.</summary>
public sealed class SourceClient : IDisposable
{
    internal HttpClient Http { get; } = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
    })
    {
        // HttpSource has its own, which covers the body too.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc/>
    public void Dispose() => Http.Dispose();
}
