using System.Text.RegularExpressions;

namespace Serverless.Core.Settings;

/// <summary>What can be said of a RunPod endpoint without knowing RunPod.</summary>
public static partial class EndpointAddress
{
    /// <summary>Whether the text is an endpoint's id or an http or https URL.</summary>
    public static bool IsWellFormed(string text) => Id().IsMatch(text) || SettingValues.HttpUrl(text) is not null;

    /// <summary>Whether the text is an http URL on this machine: an emulator, which needs no account.</summary>
    public static bool IsLocal(string text) =>
        SettingValues.HttpUrl(text) is { IsLoopback: true } url && url.Scheme == Uri.UriSchemeHttp;

    // No underscore: a RunPod API key (rpa_…) pasted here by mistake must not pass as an id.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9-]{0,63}\z")]
    private static partial Regex Id();
}
