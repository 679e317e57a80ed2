using System.Text.RegularExpressions;

namespace Serverless.Workers.Text;

/// <summary>Words, sentences and plain text, found without knowing the language.</summary>
internal static partial class Tokens
{
    /// <summary>One paragraph per line, single spaces within it.</summary>
    public static string Normalize(string text)
    {
        var paragraphs = BlankLines().Split(text).Select(part => Spaces().Replace(part, " ").Trim());
        return string.Join('\n', paragraphs.Where(part => part.Length > 0));
    }

    /// <summary>Words as a reader counts them: <c>l'eau</c> and <c>twenty-six</c> are one each.</summary>
    public static int CountWords(string text) => WholeWord().Count(text);

    /// <summary>The pieces of words between apostrophes and hyphens, with their places.</summary>
    public static IEnumerable<Token> Split(string text)
    {
        for (var match = Piece().Match(text); match.Success; match = match.NextMatch())
            yield return new Token(match.Index, match.Length, match.Value.ToLowerInvariant());
    }

    /// <summary>The sentences of a normalized text, each exactly as it stands there.</summary>
    public static List<string> Sentences(string normalized)
    {
        List<string> sentences = [];
        foreach (var paragraph in normalized.Split('\n'))
        {
            var start = 0;
            for (var end = SentenceEnd().Match(paragraph); end.Success; end = end.NextMatch())
            {
                if (IsAbbreviation(paragraph.AsSpan(start, end.Index - start), end.ValueSpan)) continue;
                sentences.Add(paragraph[start..(end.Index + end.Groups["close"].Length)]);
                start = end.Index + end.Length;
            }

            if (start < paragraph.Length) sentences.Add(paragraph[start..]);
        }

        return sentences;
    }

    /// <summary>True for <c>Dr.</c>, an initial, and a day's number as German writes it: <c>3. Mai</c>.</summary>
    private static bool IsAbbreviation(ReadOnlySpan<char> before, ReadOnlySpan<char> end)
    {
        if (end is not ['.', ..] || end is [_, not ' ', ..]) return false;
        var word = before[(before.LastIndexOfAny(' ', '(', '\u00A0') + 1)..];
        return word.Length == 1
            || (word.Length == 2 && char.IsAsciiDigit(word[0]) && char.IsAsciiDigit(word[1]))
            || word is "Dr" or "Mr" or "Mrs" or "Ms" or "St" or "Sr" or "Sra" or "Prof" or "Nr" or "No";
    }

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+(?:['’\-.,][\p{L}\p{M}\p{N}]+)*")]
    private static partial Regex WholeWord();

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+(?:[.,]\p{N}+)*")]
    private static partial Regex Piece();

    [GeneratedRegex(@"(?<close>[.!?…]+(?:[""'”’)]| ?»)*) (?=[""'“‘«¿¡(\p{Lu}\p{N}])")]
    private static partial Regex SentenceEnd();
}

/// <summary>A piece of a word.</summary>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Lower">The piece in lower case.</param>
internal readonly record struct Token(int Start, int Length, string Lower)
{
    public int End => Start + Length;

    public bool IsNumber => char.IsNumber(Lower[0]);
}
