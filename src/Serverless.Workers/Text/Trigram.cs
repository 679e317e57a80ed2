using System.Runtime.InteropServices;

namespace Serverless.Workers.Text;

/// <summary>Three letters in a row, in lower case; a space stands for the edge of a word.</summary>
internal readonly record struct Trigram(char First, char Second, char Third)
{
    /// <summary>How often each trigram occurs in a text.</summary>
    public static Dictionary<Trigram, int> Counts(string text)
    {
        Dictionary<Trigram, int> counts = [];
        var (first, second) = (' ', ' ');
        foreach (var character in text.Append(' '))
        {
            var third = char.IsLetter(character) ? char.ToLowerInvariant(character) : ' ';
            if (third == ' ' && second == ' ') continue;
            if (second != ' ') CollectionsMarshal.GetValueRefOrAddDefault(counts, new(first, second, third), out _)++;
            (first, second) = (second, third);
        }

        return counts;
    }

    /// <summary>The length of the vector that the counts make.</summary>
    public static double Norm(Dictionary<Trigram, int> counts) =>
        Math.Sqrt(counts.Values.Sum(count => (double)count * count));
}
