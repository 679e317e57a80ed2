namespace Serverless.Core.Settings;

/// <summary>Where Sentry takes events of a project: <c>https://KEY@HOST/PATH/PROJECT</c>.</summary>
/// <param name="Endpoint">Where envelopes are posted.</param>
/// <param name="PublicKey">What the post is let in by.</param>
public sealed record SentryDsn(Uri Endpoint, Secret PublicKey)
{
    /// <summary>Reads a DSN; null when it is not well formed.</summary>
    public static SentryDsn? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")) return null;
        if (url.Query.Length + url.Fragment.Length > 0) return null;

        // What follows a colon was a secret key once; nobody asks for it any more.
        var key = url.UserInfo.Split(':')[0];
        var slash = url.AbsolutePath.LastIndexOf('/');
        var project = url.AbsolutePath[(slash + 1)..];
        if (!IsPlain(key) || !IsPlain(project)) return null;
        var path = url.AbsolutePath[..(slash + 1)];
        return new SentryDsn(new Uri($"{url.Scheme}://{url.Authority}{path}api/{project}/envelope/"), new Secret(key));
    }

    private static bool IsPlain(string text) =>
        text.Length is > 0 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
