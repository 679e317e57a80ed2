using System.Runtime.InteropServices;

namespace Serverless.Workers.Text;

/// <summary>
/// What texts are about, in the manner of RAKE: candidates stand between stop words and marks; a word weighs as much as
/// it occurs, a candidate as much as its words and its own repetitions.
/// </summary>
internal static class KeyPhrases
{
    private const int MaxWords = 3;

    // By number of words: a longer phrase that comes again says more, one that does not is an accident of wording.
    private static readonly double[] RepeatedBonus = [0, 1, 2.2, 3];
    private static readonly double[] OnceBonus = [0, 1, 1.2, 0.8];

    /// <summary>The best phrases, best first, no two of them sharing a word.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Passage> passages, int count)
    {
        Dictionary<string, int> weights = [];
        Dictionary<string, Candidate> candidates = [];
        foreach (var passage in passages)
        {
            foreach (var run in passage.Runs(passage.Text)) Collect(passage.Text, run, weights, candidates);
        }

        List<Candidate> best = [];
        foreach (var candidate in candidates.Values.OrderByDescending(candidate => candidate.Score(weights)))
        {
            if (best.Exists(other => other.Words.Intersect(candidate.Words).Any())) continue;
            best.Add(candidate);
            if (best.Count == count) break;
        }

        return [.. best.Select(candidate => candidate.Text)];
    }

    private static void Collect(
        string text, List<Token> run, Dictionary<string, int> weights, Dictionary<string, Candidate> candidates)
    {
        foreach (var token in run) CollectionsMarshal.GetValueRefOrAddDefault(weights, token.Lower, out _)++;
        for (var first = 0; first < run.Count; first++)
        {
            for (var last = first; last < Math.Min(run.Count, first + MaxWords); last++)
            {
                var seen = text[run[first].Start..run[last].End];
                ref var candidate = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    candidates, seen.ToLowerInvariant(), out _);
                candidate ??= new([.. run[first..(last + 1)].Select(token => token.Lower)], seen);
                candidate.Add(seen);
            }
        }
    }

    private sealed class Candidate(string[] words, string text)
    {
        private int _count;

        public string[] Words { get; } = words;

        /// <summary>As it was written: with the fewest capitals, for those may come from a sentence's start.</summary>
        public string Text { get; private set; } = text;

        public void Add(string seen)
        {
            _count++;
            if (string.CompareOrdinal(seen, Text) > 0) Text = seen;
        }

        public double Score(Dictionary<string, int> weights) =>
            _count * (_count > 1 ? RepeatedBonus : OnceBonus)[Words.Length] * Words.Average(word => weights[word]);
    }
}
