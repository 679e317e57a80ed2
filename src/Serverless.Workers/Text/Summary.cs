using System.Runtime.InteropServices;

namespace Serverless.Workers.Text;

/// <summary>The sentences that say most of what the others say.</summary>
internal static class Summary
{
    // Shorter sentences say too little, longer ones are hard to read.
    private const int MinWords = 7;
    private const int MaxWords = 40;

    // Reports begin with what matters.
    private const double OpeningBonus = 1.5;

    // Above this share of common words a sentence repeats another.
    private const double MaxOverlap = 0.5;

    /// <summary>The best sentences in the order of the text, word for word, one space between them.</summary>
    public static string Of(IReadOnlyList<Passage> passages, int count)
    {
        var sentences = passages.SelectMany(Sentences).Select((one, index) => one with { Index = index }).ToList();
        Dictionary<string, int> weights = [];
        foreach (var word in sentences.SelectMany(sentence => sentence.Subjects))
            CollectionsMarshal.GetValueRefOrAddDefault(weights, word, out _)++;

        List<Sentence> best = [];
        foreach (var sentence in sentences.OrderByDescending(sentence => Score(sentence, weights)))
        {
            if (best.Exists(other => Overlap(sentence, other) > MaxOverlap)) continue;
            best.Add(sentence);
            if (best.Count == count) break;
        }

        return string.Join(' ', best.OrderBy(sentence => sentence.Index).Select(sentence => sentence.Text));
    }

    private static IEnumerable<Sentence> Sentences(Passage passage) => passage.Sentences.Select((text, index) =>
    {
        var subjects = passage.Runs(text).SelectMany(run => run).Select(token => token.Lower).ToHashSet();
        return new Sentence(text, subjects, IsOpening: index == 0);
    });

    private static double Score(Sentence sentence, Dictionary<string, int> weights)
    {
        if (sentence.Subjects.Count == 0) return 0;
        var mean = sentence.Subjects.Average(word => weights[word]);
        var length = Tokens.CountWords(sentence.Text);
        return mean * (sentence.IsOpening ? OpeningBonus : 1) * (length is < MinWords or > MaxWords ? 0.1 : 1);
    }

    private static double Overlap(Sentence left, Sentence right)
    {
        var shorter = Math.Min(left.Subjects.Count, right.Subjects.Count);
        return shorter == 0 ? 1 : (double)left.Subjects.Count(right.Subjects.Contains) / shorter;
    }

    private sealed record Sentence(string Text, IReadOnlySet<string> Subjects, bool IsOpening)
    {
        public int Index { get; init; }
    }
}
