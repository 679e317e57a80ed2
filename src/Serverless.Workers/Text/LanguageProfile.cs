namespace Serverless.Workers.Text;

/// <summary>What is known of one language.</summary>
internal sealed class LanguageProfile
{
    private readonly Dictionary<Trigram, int> _trigrams;
    private readonly double _norm;

    public LanguageProfile(string code, string stopWords, string prose)
    {
        Code = code;
        StopWords = stopWords.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        _trigrams = Trigram.Counts(prose);
        _norm = Trigram.Norm(_trigrams);
    }

    /// <summary>ISO 639-1.</summary>
    public string Code { get; }

    /// <summary>Words that carry no subject, in lower case.</summary>
    public IReadOnlySet<string> StopWords { get; }

    /// <summary>How like this language the letters are: the cosine, from 0 to 1.</summary>
    public double Likeness(Dictionary<Trigram, int> trigrams, double norm) =>
        norm == 0 ? 0 : trigrams.Sum(one => (double)one.Value * _trigrams.GetValueOrDefault(one.Key)) / (norm * _norm);
}
