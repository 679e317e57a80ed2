namespace Serverless.RunPod;

/// <summary>A queue-based RunPod endpoint and the address of its job API.</summary>
public sealed record RunPodEndpoint
{
    private const string Host = "api.runpod.ai";
    private const string OldHost = "api.runpod.io";
    private const int MaxIdLength = 100;
    private static readonly string[] Operations =
        ["run", "runsync", "status", "stream", "cancel", "retry", "purge-queue", "health"];

    private RunPodEndpoint(Uri baseUri, string endpointId, string? warning)
    {
        BaseUri = baseUri;
        EndpointId = endpointId;
        Warning = warning;
    }

    /// <summary>The job API's address, without a slash at its end: <c>https://api.runpod.ai/v2/ID</c>.</summary>
    public Uri BaseUri { get; }

    /// <summary>The endpoint's id.</summary>
    public string EndpointId { get; }

    /// <summary>What the user should know about the address that was given, or null.</summary>
    public string? Warning { get; }

    /// <summary>Reads an endpoint as people write it: its bare id, <c>https://HOST/v2/ID</c>, or either form of a call
    /// such as <c>https://HOST/v2/ID/run</c>. Plain http is for this machine only, since the API key would travel in
    /// clear.</summary>
    /// <exception cref="FormatException">The text is none of these; says what was given and what is
    /// allowed.</exception>
    public static RunPodEndpoint Parse(string? text)
    {
        var given = text?.Trim() ?? "";
        if (given.Length == 0) throw Refused("is empty", given);
        if (given.Contains("rpa_", StringComparison.Ordinal)) throw Refused("holds what looks like an API key", "");
        if (IsId(given)) return new(new Uri($"https://{Host}/v2/{given}"), given, null);
        if (!given.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(given, UriKind.Absolute, out var uri))
            throw Refused("is neither an endpoint id nor a URL", given);
        return FromUri(uri, given);
    }

    private static RunPodEndpoint FromUri(Uri uri, string given)
    {
        if (uri.UserInfo.Length > 0) throw Refused("holds a user name or password", given);
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0) throw Refused("has a query or fragment", given);
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && IsThisMachine(uri)))
            throw Refused("does not use https (http is for this machine only)", given);

        var path = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length > 2 && path[^3] == "v2" && Operations.Contains(path[^1])) path = path[..^1];
        if (path.Length < 2 || path[^2] != "v2" || !IsId(path[^1])) throw Refused("has no /v2/ID at its end", given);

        var isOldHost = uri.Host == OldHost;
        var authority = isOldHost ? $"https://{Host}" : uri.GetLeftPart(UriPartial.Authority);
        return new(new Uri($"{authority}/{string.Join('/', path)}"), path[^1], isOldHost ? OldHostWarning : null);
    }

    private const string OldHostWarning =
        $"{OldHost} no longer serves jobs; {Host} is used in its place. Write the endpoint as https://{Host}/v2/ID.";

    private static bool IsId(string text) =>
        text.Length is > 0 and <= MaxIdLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsThisMachine(Uri uri) =>
        uri.Host == "localhost" || (System.Net.IPAddress.TryParse(uri.Host, out var address)
            && System.Net.IPAddress.IsLoopback(address));

    private static FormatException Refused(string reason, string given) => new(
        $"The RunPod endpoint {Shown(given)}{reason}. Allowed: an endpoint id (letters, digits, - and _, at most "
        + $"{MaxIdLength}), https://{Host}/v2/ID, or another https URL that ends in /v2/ID or /v2/ID/run.");

    // Whatever stands before an @ may be a password and whatever follows a ? may be a key.
    private static string Shown(string given)
    {
        if (given.Length == 0) return "";
        var at = given.LastIndexOf('@');
        var shown = at < 0 ? given : $"…{given[at..]}";
        var end = shown.IndexOfAny(['?', '#']);
        if (end >= 0) shown = $"{shown[..end]}…";
        if (shown.Length > MaxIdLength) shown = $"{shown[..MaxIdLength]}…";
        return $"\"{shown}\" ";
    }
}
