using Serverless.Core.Storage;

namespace Serverless.Core.Settings;

/// <summary>A place in Azure Blobs.</summary>
/// <param name="Account">The account's blob endpoint; null, the account of <c>AzureWebJobsStorage</c>.</param>
/// <param name="Container">The container.</param>
/// <param name="Prefix">What names begin with; empty, or ends in a slash.</param>
public sealed record BlobAddress(Uri? Account, string Container, string Prefix)
{
    /// <summary>How an address is written, as it follows "Allowed:".</summary>
    public const string Allowed =
        "azure://CONTAINER/prefix in the account of AzureWebJobsStorage, or https://ACCOUNT.blob.core.windows.net/CONTAINER/prefix";

    /// <summary>Where the Azure head keeps results when nothing else is said.</summary>
    public const string Default = "azure://fanout-results";

    private const string Scheme = "azure://";

    /// <summary>Whether a text means to be one.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || AccountOf(text) is not null;
    }

    /// <summary>Reads an address; null when it is not well formed.</summary>
    public static BlobAddress? Parse(string text)
    {
        if (!IsOne(text)) return null;
        var account = AccountOf(text);
        var path = account is null ? text[Scheme.Length..] : text[account.AbsoluteUri.Length..];
        var parts = path.Split('/', 2);
        var prefix = parts.Length == 2 ? parts[1].Trim('/') : "";
        if (!IsContainer(parts[0]) || (prefix.Length > 0 && !ObjectNames.IsName(prefix))) return null;
        return new BlobAddress(account, parts[0], prefix.Length == 0 ? "" : prefix + "/");
    }

    /// <summary>Whether a URL is of Azure Blobs, in whatever cloud: its host has the label <c>blob</c> behind the account's.
    /// </summary>
    public static bool IsBlobHost(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && url.Host.Split('.') is [_, .., _] labels
            && labels.Skip(1).SkipLast(1).Contains("blob", StringComparer.OrdinalIgnoreCase);
    }

    private static Uri? AccountOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && IsBlobHost(url) && url.UserInfo.Length + url.Query.Length == 0
        && url.Fragment.Length == 0 && text.StartsWith(url.GetLeftPart(UriPartial.Authority) + "/", StringComparison.Ordinal)
            ? new Uri(url.GetLeftPart(UriPartial.Authority) + "/")
            : null;

    private static bool IsContainer(string text) =>
        text.Length is >= 3 and <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && text[0] != '-' && text[^1] != '-' && !text.Contains("--", StringComparison.Ordinal);
}
