using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.Cli.CommandLine;

/// <summary>Times as people type them: <c>7200</c> seconds, <c>90m</c>, <c>2h</c>, <c>1h30m</c>.</summary>
internal static partial class Durations
{
    /// <summary>Whole seconds, or null for anything else. A bare number is seconds.</summary>
    public static long? Seconds(string text)
    {
        var match = Parts().Match(text);
        return match.Success && text.Length > 0
            ? Part(match, "h") * 3_600 + Part(match, "m") * 60 + Part(match, "s")
            : null;
    }

    private static long Part(Match match, string unit) => match.Groups[unit] is { Success: true } group
        ? long.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture)
        : 0;

    // Nine digits of hours still fit into a long of seconds.
    [GeneratedRegex(@"\A(?:(?<h>[0-9]{1,9})h)?(?:(?<m>[0-9]{1,9})m)?(?:(?<s>[0-9]{1,9})s?)?\z")]
    private static partial Regex Parts();
}
