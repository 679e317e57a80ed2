using System.Globalization;
using Serverless.Core;
using Serverless.Core.Pricing;

namespace Serverless.Cli.Rendering;

/// <summary>Text for people: other programs' words made harmless, numbers and times in one form.</summary>
internal static class Printable
{
    /// <summary>Characters of a foreign text in a table's cell.</summary>
    public const int CellLength = 120;

    /// <summary>Characters of a foreign text in a log line.</summary>
    public const int LogLength = 500;

    /// <summary>No line breaks and no escape sequences, and at most so many characters.</summary>
    public static string OneLine(string text, int length)
    {
        var words = new string([.. text.Select(letter => char.IsControl(letter) ? ' ' : letter)]);
        var line = string.Join(' ', words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(length - 1)] + "…";
    }

    /// <summary>Such as <c>0.3 s</c>, <c>2m 05s</c>, <c>3h 00m</c>, <c>2d 01h</c>.</summary>
    public static string Time(TimeSpan time) => TimeText.Show(time);

    public static string Time(TimeSpan? time) => time is { } known ? Time(known) : "–";

    /// <summary>Such as <c>512 B</c>, <c>1.5 KiB</c>, <c>9.8 MiB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MiB"),
    };

    /// <summary>Such as <c>$12.40</c>.</summary>
    public static string Money(decimal? dollars) => dollars is { } known ? Dollars.Show(known) : "–";

    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    public static string Word(Enum state) => state.ToString().ToLowerInvariant();
}
