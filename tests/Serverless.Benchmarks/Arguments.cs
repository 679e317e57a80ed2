using System.Globalization;

namespace Serverless.Benchmarks;

/// <summary>What was typed after the command: <c>--name value</c> pairs, each asked for by whoever knows it.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Something is no <c>--name value</c> pair.</exception>
    public Arguments(ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == words.Length)
                throw new ArgumentException($"'{words[i]}' is not understood; options are given as --name value.");
            _values[words[i][2..]] = words[i + 1];
        }
    }

    /// <summary>A whole number, by default from 1.</summary>
    public int Number(string name, int otherwise, int least = 1)
    {
        if (!_values.Remove(name, out var text)) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new ArgumentException($"--{name} is '{text}'; allowed: a whole number from {least}.");
    }

    /// <summary>A number of zero or more.</summary>
    public double Decimal(string name, double otherwise)
    {
        if (!_values.Remove(name, out var text)) return otherwise;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"--{name} is '{text}'; allowed: a number of zero or more.");
    }

    /// <summary>One of a few words; the first is the default.</summary>
    public string OneOf(string name, params string[] allowed)
    {
        if (!_values.Remove(name, out var text)) return allowed[0];
        return allowed.Contains(text, StringComparer.Ordinal)
            ? text
            : throw new ArgumentException($"--{name} is '{text}'; allowed: {string.Join(", ", allowed)}.");
    }

    /// <summary>A text that must be given.</summary>
    public string Text(string name) =>
        _values.Remove(name, out var text) ? text : throw new ArgumentException($"--{name} is missing.");

    /// <summary>An absolute URL, or null.</summary>
    public Uri? Url(string name)
    {
        if (!_values.Remove(name, out var text)) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? url
            : throw new ArgumentException($"--{name} is '{text}'; allowed: an absolute URL.");
    }

    /// <exception cref="ArgumentException">Something was typed that nobody asked for.</exception>
    public void RefuseOthers()
    {
        if (_values.Count > 0) throw new ArgumentException($"There is no option --{_values.Keys.First()} here.");
    }
}
