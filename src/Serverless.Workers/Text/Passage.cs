namespace Serverless.Workers.Text;

/// <summary>One text in one language, ready for work.</summary>
internal sealed class Passage
{
    private readonly IReadOnlySet<string> _stopWords;

    public Passage(string text)
    {
        Text = Tokens.Normalize(text);
        Sentences = Tokens.Sentences(Text);
        Words = Tokens.CountWords(Text);
        Language = LanguageGuess.Of(Text);
        _stopWords = LanguageProfiles.StopWordsOf(Language.Language);
    }

    /// <summary>One paragraph per line, single spaces within it.</summary>
    public string Text { get; }

    public IReadOnlyList<string> Sentences { get; }

    public int Words { get; }

    public LanguageGuess Language { get; }

    /// <summary>The words of a part of the text that carry a subject, in runs that nothing interrupts.</summary>
    public IEnumerable<List<Token>> Runs(string part)
    {
        List<Token> run = [];
        foreach (var token in Tokens.Split(part))
        {
            if (run.Count > 0 && (!Carries(token) || !IsJoint(part.AsSpan(run[^1].End, token.Start - run[^1].End))))
            {
                yield return run;
                run = [];
            }

            if (Carries(token)) run.Add(token);
        }

        if (run.Count > 0) yield return run;
    }

    private bool Carries(Token token) => token is { IsNumber: false, Length: > 1 } && !_stopWords.Contains(token.Lower);

    private static bool IsJoint(ReadOnlySpan<char> between) => between is " " or "-";
}
