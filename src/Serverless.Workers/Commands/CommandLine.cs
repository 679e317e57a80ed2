using System.Text;

namespace Serverless.Workers.Commands;

/// <summary>Splits a command line as a shell does, without anything a shell would do beyond that.</summary>
public static class CommandLine
{
    /// <summary>
    /// The words of a command line. Blanks separate; <c>'…'</c> keeps everything; <c>"…"</c> keeps all but
    /// <c>\"</c> and <c>\\</c>; outside quotes a backslash keeps the next blank, quote or backslash, and is itself
    /// otherwise, so that <c>C:\tools</c> needs no care.
    /// </summary>
    /// <exception cref="ArgumentException">No program is named, or a quote is not closed.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        List<string> words = [];
        var word = new StringBuilder();
        var (quote, started) = ('\0', false);
        for (var index = 0; index < line.Length; index++)
        {
            var character = line[index];
            if (quote == '\0' && char.IsWhiteSpace(character))
            {
                if (started) words.Add(word.ToString());
                word.Clear();
                started = false;
                continue;
            }

            started = true;
            if (character == quote) quote = '\0';
            else if (quote == '\0' && character is '\'' or '"') quote = character;
            else word.Append(Escapes(line, index, quote) ? line[++index] : character);
        }

        if (quote != '\0')
            throw new ArgumentException($"The worker command has a {quote} that is never closed", nameof(line));
        if (started) words.Add(word.ToString());
        if (words.Count == 0 || words[0].Length == 0)
            throw new ArgumentException("The worker command is blank: it must name a program", nameof(line));
        return words;
    }

    private static bool Escapes(string line, int index, char quote)
    {
        if (line[index] != '\\' || quote == '\'' || index + 1 == line.Length) return false;
        var next = line[index + 1];
        return next is '"' or '\\' || (quote == '\0' && (next == '\'' || char.IsWhiteSpace(next)));
    }
}
