namespace Serverless.Workers.Text;

/// <summary>Which language a text is in.</summary>
/// <param name="Language">ISO 639-1, or <c>und</c> when nothing in the text speaks for any language.</param>
/// <param name="Confidence">From 0 to 1: the best language's share among all.</param>
internal sealed record LanguageGuess(string Language, double Confidence)
{
    /// <summary>ISO 639-2's code for undetermined.</summary>
    public const string Undetermined = "und";

    // Turns a lead of 0.3 over the next language, usual between kindred ones, into a confidence of about 0.95.
    private const double Sharpness = 10;

    // Foreign scripts, numbers and names alone stay below this.
    private const double LeastEvidence = 0.08;

    public static LanguageGuess Of(string text)
    {
        var words = Tokens.Split(text).Where(token => !token.IsNumber).Select(token => token.Lower).ToList();
        var trigrams = Trigram.Counts(text);
        var norm = Trigram.Norm(trigrams);
        var scores = LanguageProfiles.All
            .Select(profile => StopWordShare(profile, words) + profile.Likeness(trigrams, norm)).ToList();
        var best = scores.IndexOf(scores.Max());
        if (scores[best] < LeastEvidence) return new(Undetermined, 0);
        var confidence = 1 / scores.Sum(score => Math.Exp(Sharpness * (score - scores[best])));
        return new(LanguageProfiles.All[best].Code, Math.Round(confidence, 3));
    }

    /// <summary>The share of the words that are stop words of the language.</summary>
    private static double StopWordShare(LanguageProfile profile, List<string> words) =>
        words.Count == 0 ? 0 : (double)words.Count(profile.StopWords.Contains) / words.Count;
}
