using Serverless.Core.Settings;
using Serverless.Host.Http;

namespace Serverless.Host.Sources;

/// <summary>Opens the sources that callers of the HTTP API name: URLs that SOURCE_ALLOW lets pass, and nothing else.</summary>
public sealed class RequestSources(HostParts parts, SourceClient client)
{
    private const int MaxShown = 200;

    /// <summary>The source behind a URL.</summary>
    /// <exception cref="ProblemException">The text is no URL that may be read.</exception>
    public IFlashpointSource Open(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var allowed = parts.Settings.SourceAllow;
        if (allowed.Count == 0)
            throw Refused(text, "this server reads none (SOURCE_ALLOW is not set); send the flashpoints themselves");
        if (text.Any(character => character is <= ' ' or '\x7f') || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            throw Refused(text, "it has to be an http:// or https:// URL");
        }

        if (url.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal))
            throw new ProblemException(Problem.InvalidRequest, "\"source\" has an @, as before a host; that is not taken.", "source");
        if (url.Fragment.Length > 0) throw Refused(text, "it has a fragment (#), which is not sent to a server");
        if (AllowedUrls.HasTrick(text))
            throw Refused(text, "its path has . or .. between slashes, a backslash, or one of . / \\ % written with %");
        if (!IsAllowed(url)) throw Refused(text, "it is not under any of the URLs that this server reads (SOURCE_ALLOW)");
        return new HttpSource(client.Http, parts.Time) { Url = url.AbsoluteUri, MayRead = IsAllowed };
    }

    private bool IsAllowed(Uri url) => AllowedUrls.Cover(parts.Settings.SourceAllow, url);

    private static ProblemException Refused(string text, string reason)
    {
        var shown = text.Split('?', 2)[0];
        if (shown.Length > MaxShown) shown = shown[..MaxShown] + "…";
        return new ProblemException(Problem.InvalidRequest, $"\"source\" is \"{shown}\", but {reason}.", "source");
    }
}
