using System.Text.RegularExpressions;

namespace Serverless.Host.Logging;

/// <summary>Takes secrets out of what the web server logs of addresses: whole queries, since a key
/// may stand anywhere in them, and webhook tokens.</summary>
public static partial class AddressMask
{
    private const string Hidden = "***";

    /// <summary>The text without secrets.</summary>
    public static string Apply(string text) => Secret().Replace(text, Hidden);

    /// <summary>A value of a message; what is no text is looked at as the text that it would be logged as.</summary>
    internal static object? Apply(object? value) => value switch
    {
        null or bool or int or long or double or DateTimeOffset => value,
        string text => Apply(text),
        _ when value.ToString() is { } text && Apply(text) is var masked && masked != text => masked,
        _ => value,
    };

    [GeneratedRegex(@"(?<=\?)[^\s""]+|(?<=/api/runpod/webhook/)[\w%=.~-]+", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
