namespace Serverless.Core.Settings;

/// <summary>Whether a URL that a stranger names is under one that the operator allows.</summary>
public static class AllowedUrls
{
    /// <summary>Written so, a path may mean something else to the server than to the comparison here.</summary>
    private static readonly string[] Tricks = ["\\", "%2e", "%2f", "%5c", "%25", "/../", "/./"];

    /// <summary>Whether the path of a URL, as it was written, has . or .. between slashes, a backslash, or one of . / \ %
    /// written with %.</summary>
    public static bool HasTrick(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var path = text.Split('?', 2)[0];
        return Tricks.Any(trick => path.Contains(trick, StringComparison.OrdinalIgnoreCase))
            || path.EndsWith("/..", StringComparison.Ordinal) || path.EndsWith("/.", StringComparison.Ordinal);
    }

    /// <summary>Whether a URL is one of those allowed, or below one by whole segments of its path.</summary>
    public static bool Cover(IEnumerable<Uri> allowed, Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.UserInfo.Length == 0 && !HasTrick(url.OriginalString) && allowed.Any(one => IsUnder(url, one));
    }

    private static bool IsUnder(Uri url, Uri allowed)
    {
        if (url.Scheme != allowed.Scheme || url.IdnHost != allowed.IdnHost || url.Port != allowed.Port) return false;
        var folder = allowed.AbsolutePath.EndsWith('/') ? allowed.AbsolutePath : allowed.AbsolutePath + "/";
        return url.AbsolutePath == allowed.AbsolutePath || url.AbsolutePath.StartsWith(folder, StringComparison.Ordinal);
    }
}
