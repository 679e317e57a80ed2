using System.Net;
using Microsoft.AspNetCore.Http;

namespace Serverless.Host.Management;

/// <summary>Where a client reaches this service, for the links that it is given.</summary>
public static class BaseUrl
{
    /// <summary>Scheme, host and path base, without a slash at the end: PUBLIC_URL if it is set; what a proxy on this
    /// machine says; else what the request itself was sent to. A stranger's forwarding headers are not believed.</summary>
    /// <param name="request">The request that is answered.</param>
    /// <param name="publicUrl">PUBLIC_URL, or null.</param>
    public static string Of(HttpRequest request, Uri? publicUrl)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (publicUrl is not null) return publicUrl.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var (scheme, host) = (request.Scheme, HostOf(request));
        if (request.HttpContext.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer))
        {
            scheme = ForwardedScheme(request) ?? scheme;
            host = ForwardedHost(request) ?? host;
        }

        return $"{scheme}://{host}{request.PathBase.ToUriComponent().TrimEnd('/')}";
    }

    /// <summary>HTTP/1.0 may come without a host.</summary>
    private static string HostOf(HttpRequest request)
    {
        if (request.Host.HasValue) return request.Host.ToUriComponent();
        var connection = request.HttpContext.Connection;
        return new IPEndPoint(connection.LocalIpAddress ?? IPAddress.Loopback, connection.LocalPort).ToString();
    }

    private static string? ForwardedScheme(HttpRequest request) =>
        First(request, "X-Forwarded-Proto")?.ToUpperInvariant() switch
        {
            "HTTP" => "http",
            "HTTPS" => "https",
            _ => null,
        };

    private static string? ForwardedHost(HttpRequest request) =>
        First(request, "X-Forwarded-Host") is { } text
        && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var url)
        && url is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
            ? new HostString(text).ToUriComponent()
            : null;

    /// <summary>Every proxy on the way adds itself behind a comma; the first is the one that the client sees.</summary>
    private static string? First(HttpRequest request, string header) =>
        request.Headers[header].ToString().Split(',')[0].Trim() is { Length: > 0 } first ? first : null;
}
