using System.Globalization;
using System.Text;

namespace Serverless.Core;

/// <summary>Shows a piece of somebody's input inside a message: short, in quotes, on one line.</summary>
internal static class Excerpt
{
    private const int MaxLength = 40;

    /// <summary>The text in quotes; what a terminal would act on is written as <c>\uXXXX</c>.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length > MaxLength) return shown.Append("…\"").ToString();
            if (IsPlain(rune)) shown.Append(rune);
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return shown.Append('"').ToString();
    }

    /// <summary>The same of UTF-8 text, without reading more of it than is shown.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
        => Of(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * MaxLength)]));

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
}
