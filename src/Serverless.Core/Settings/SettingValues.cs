using System.Globalization;

namespace Serverless.Core.Settings;

/// <summary>The kinds of value that settings share.</summary>
internal static class SettingValues
{
    public const string VisibleText = "visible ASCII characters without spaces";

    public const string Folder = "a folder's path";

    public static int? Whole(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value >= min && value <= max
            ? value
            : null;

    public static TimeSpan? Seconds(string text, decimal min, decimal max) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && value >= min && value <= max
            ? TimeSpan.FromTicks((long)(value * TimeSpan.TicksPerSecond))
            : null;

    /// <summary>A plain number, without a sign or an exponent.</summary>
    public static decimal? Decimal(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Keys travel in HTTP headers, so a pasted line break or blank must be found here.</summary>
    public static bool IsVisibleText(string text) => text.All(character => character is > ' ' and < '\x7f');

    /// <summary>A path; a URL is refused rather than taken for an oddly named folder.</summary>
    public static bool IsPath(string text) =>
        !text.Contains("://", StringComparison.Ordinal) && !text.Contains('\0', StringComparison.Ordinal);

    public static Uri? HttpUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.UserInfo.Length == 0
            ? url
            : null;
}
