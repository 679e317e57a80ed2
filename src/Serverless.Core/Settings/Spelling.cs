namespace Serverless.Core.Settings;

/// <summary>Finds what somebody probably meant to type.</summary>
public static class Spelling
{
    /// <summary>How many letters may be wrong, missing or too many for a word still to be recognised.</summary>
    private const int MaxDistance = 2;

    /// <summary>The word nearest to what was typed, ignoring case, or null when none is near.</summary>
    public static string? Closest(string typed, IEnumerable<string> words)
    {
        var (word, distance) = words
            .Select(word => (word, Distance: Distance(typed.ToUpperInvariant(), word.ToUpperInvariant())))
            .DefaultIfEmpty((word: "", Distance: int.MaxValue))
            .MinBy(candidate => candidate.Distance);
        return distance <= MaxDistance && distance < word.Length ? word : null;
    }

    /// <summary>The Levenshtein distance: insertions, deletions and substitutions.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var row = 1; row <= left.Length; row++)
        {
            var current = new int[right.Length + 1];
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var substituted = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(substituted, 1 + Math.Min(previous[column], current[column - 1]));
            }

            previous = current;
        }

        return previous[^1];
    }
}
