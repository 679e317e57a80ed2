using System.Text.RegularExpressions;

namespace Serverless.Cli.Hosting;

/// <summary>Takes secrets out of what the web server logs of addresses: keys in queries, and webhook tokens. Our own
/// messages have no addresses of requests.</summary>
internal static partial class AddressMask
{
    private const string Hidden = "***";

    public static string Apply(string text) => Secret().Replace(text, Hidden);

    /// <summary>A value of a message; what is no text is looked at as the text that it would be logged as.</summary>
    public static object? Apply(object? value) => value switch
    {
        null or bool or int or long or double or DateTimeOffset => value,
        string text => Apply(text),
        _ when value.ToString() is { } text && Apply(text) is var masked && masked != text => masked,
        _ => value,
    };

    [GeneratedRegex(@"(?<=[?&]code=|/api/runpod/webhook/)[^&\s""'\]})?/]+", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
