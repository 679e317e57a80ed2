using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Core.Settings;

/// <summary>
/// Reads <c>.env</c> text: <c>NAME=value</c> a line, optionally after <c>export</c>; <c>'literal'</c> or
/// <c>"with \n escapes"</c>; <c># comment</c> on its own or after a blank. The last line for a name counts. Nothing is
/// expanded.
/// </summary>
public static partial class DotEnv
{
    private const string Allowed = "Allowed: NAME=value, NAME='value', NAME=\"value\", # comment.";

    /// <summary>Reads the text. Lines that cannot be read are among the source's errors.</summary>
    /// <param name="name">What to call the file in messages.</param>
    /// <param name="text">The file's text.</param>
    public static SettingSource Read(string name, string text)
    {
        var values = new Dictionary<string, SettingText>(StringComparer.Ordinal);
        var errors = new List<SettingError>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#') continue;
            var assignment = Assignment().Match(trimmed);
            var key = assignment.Groups["name"].Value;
            if (!assignment.Success)
                errors.Add(SettingError.Unreadable($"line {number}", name, "is not NAME=value", Allowed));
            else if (Value(assignment.Groups["rest"].Value) is { } value)
                values[key] = new SettingText(value, number);
            else
                errors.Add(SettingError.Unreadable(key, $"{name} line {number}", "has a broken quote", Allowed));
        }

        return new SettingSource { Name = name, Values = values, ChecksNames = true, Errors = errors };
    }

    private static string? Value(string rest) => rest.TrimStart() switch
    {
        ['\'' or '"', ..] quoted => Quoted(quoted),
        _ => Plain(rest),
    };

    private static string Plain(string rest)
    {
        var comment = BlankAndHash().Match(rest);
        return (comment.Success ? rest[..comment.Index] : rest).Trim();
    }

    private static string? Quoted(string text)
    {
        var value = new StringBuilder();
        var quote = text[0];
        for (var index = 1; index < text.Length; index++)
        {
            if (text[index] == quote) return EndsLine(text[(index + 1)..]) ? value.ToString() : null;
            var isEscape = quote == '"' && text[index] == '\\' && index + 1 < text.Length;
            value.Append(isEscape ? Unescape(text[++index]) : text[index]);
        }

        return null;
    }

    private static bool EndsLine(string afterQuote) => afterQuote.TrimStart() is "" or ['#', ..];

    private static char Unescape(char letter) => letter switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => letter,
    };

    [GeneratedRegex(@"\A(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_.-]*)\s*=(?<rest>.*)\z", RegexOptions.Singleline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\s#")]
    private static partial Regex BlankAndHash();
}
