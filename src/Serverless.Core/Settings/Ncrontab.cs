using System.Globalization;

namespace Serverless.Core.Settings;

/// <summary>
/// The form of Azure Functions' schedule expressions: second minute hour day month weekday. What they mean is NCrontab's to
/// say, which reads all that is let pass here. Not let pass is what it reads otherwise than one would think: a range that
/// runs backwards (FRI-MON), which it turns round, and beginnings of names (M).
/// </summary>
internal static class Ncrontab
{
    private static readonly Field[] Fields =
    [
        new(0, 59, []),
        new(0, 59, []),
        new(0, 23, []),
        new(1, 31, []),
        new(1, 12, [.. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Take(12)]),
        new(0, 6, CultureInfo.InvariantCulture.DateTimeFormat.DayNames),
    ];

    public static bool IsWellFormed(string expression)
    {
        var parts = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == Fields.Length && Fields.Zip(parts).All(pair => pair.First.Allows(pair.Second));
    }

    private sealed record Field(int Min, int Max, string[] Names)
    {
        public bool Allows(string text) => text.Split(',').All(AllowsElement);

        private bool AllowsElement(string text)
        {
            var (range, step) = Cut(text, '/');
            return AllowsRange(range) && (step is null || SettingValues.Whole(step, 1, Max) is not null);
        }

        private bool AllowsRange(string text)
        {
            if (text == "*") return true;
            var (from, to) = Cut(text, '-');
            return Number(from) is { } first && (to is null || (Number(to) is { } last && first <= last));
        }

        private int? Number(string text)
        {
            var name = Array.FindIndex(Names, name => text.Equals(name, StringComparison.OrdinalIgnoreCase)
                || text.Equals(name[..3], StringComparison.OrdinalIgnoreCase));
            return name >= 0 ? Min + name : SettingValues.Whole(text, Min, Max);
        }

        private static (string Before, string? After) Cut(string text, char separator)
        {
            var position = text.IndexOf(separator, StringComparison.Ordinal);
            return position < 0 ? (text, null) : (text[..position], text[(position + 1)..]);
        }
    }
}
