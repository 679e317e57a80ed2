using System.Globalization;

namespace Serverless.Host.Sources;

/// <summary>How sources are written and shown.</summary>
internal static class SourceText
{
    public const string DatePlace = "{date}";

    public static string WithDate(string text, DateOnly date) =>
        text.Replace(DatePlace, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>A URL as it may be shown: queries carry signatures and tokens.</summary>
    public static string Shown(Uri url)
    {
        var path = Uri.UnescapeDataString(url.GetLeftPart(UriPartial.Path));
        return url.Query.Length > 0 ? path + "?…" : path;
    }
}
