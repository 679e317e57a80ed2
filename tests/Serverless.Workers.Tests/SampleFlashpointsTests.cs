using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Workers.Text;

namespace Serverless.Workers.Tests;

/// <summary>What the sample worker makes of samples/flashpoints.json.</summary>
public sealed class SampleFlashpointsTests
{
    private static readonly string[] Languages =
    [
        "en en en", "es es es", "en en", "fr fr", "en en en fr", "de de",
        "en", "it it", "nl", "pt pt", "en en", "en en es",
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Languages.Length)];

    [Fact]
    public void File_Always_HoldsTwelveFlashpointsInOrder()
    {
        var flashpoints = Samples.Flashpoints.EnumerateArray().ToList();
        flashpoints.Select(one => one.GetProperty("id").GetString())
            .ShouldBe(Enumerable.Range(0, 12).Select(index => $"fp-{index}"));
        foreach (var feed in flashpoints.SelectMany(one => one.GetProperty("feeds").EnumerateArray()))
        {
            new Uri(feed.GetProperty("url").GetString()!).Host.ShouldMatch(@"\.example\.(org|com|net)$");
            feed.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
            Tokens.CountWords(feed.GetProperty("text").GetString()!).ShouldBeInRange(100, 250);
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Language_OfEveryFeed_IsGuessedWithConfidence(int index)
    {
        var guesses = Texts(Samples.Flashpoints[index]).Select(LanguageGuess.Of).ToList();
        string.Join(' ', guesses.Select(guess => guess.Language)).ShouldBe(Languages[index]);
        guesses.ShouldAllBe(guess => guess.Confidence > 0.9);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task Language_OfEverySentenceOfTenWords_IsGuessed(int index)
    {
        foreach (var (text, language) in Texts(Samples.Flashpoints[index]).Zip(Languages[index].Split(' ')))
        {
            foreach (var sentence in Sentences(text).Where(sentence => Tokens.CountWords(sentence) >= 10))
                LanguageGuess.Of(sentence).Language.ShouldBe(language, sentence);
        }

        var entry = (await Handle(Samples.Flashpoints[index]))[0];
        entry.GetProperty("language").GetString().ShouldBe(Languages[index][..2]);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task Summary_OfEveryFlashpoint_IsTwoSentencesOfItsText(int index)
    {
        var summary = (await Handle(Samples.Flashpoints[index]))[0].GetProperty("summary").GetString()!;
        var sentences = Texts(Samples.Flashpoints[index]).SelectMany(Sentences).ToList();
        var pairs = from first in sentences from second in sentences select $"{first} {second}";
        pairs.ShouldContain(summary);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task KeyPhrases_OfEveryFlashpoint_AreFiveFromTheTextWithoutStopWords(int index)
    {
        var entry = (await Handle(Samples.Flashpoints[index]))[0];
        var phrases = entry.GetProperty("key_phrases").EnumerateArray().Select(phrase => phrase.GetString()!).ToList();
        var stopWords = LanguageProfiles.StopWordsOf(entry.GetProperty("language").GetString()!);
        var text = string.Join('\n', Texts(Samples.Flashpoints[index]));
        phrases.Count.ShouldBe(5);
        phrases.ShouldBeUnique();
        phrases.ShouldAllBe(phrase => text.Contains(phrase, StringComparison.Ordinal));
        phrases.SelectMany(Tokens.Split).ShouldAllBe(token => !stopWords.Contains(token.Lower));
    }

    [Theory]
    [InlineData(0, "river")]
    [InlineData(1, "huelga")]
    [InlineData(5, "Brücke")]
    [InlineData(9, "geada")]
    [InlineData(10, "patient record")]
    public async Task KeyPhrases_OfAFlashpoint_NameItsSubject(int index, string subject)
    {
        var entry = (await Handle(Samples.Flashpoints[index]))[0];
        entry.GetProperty("key_phrases").EnumerateArray().Select(phrase => phrase.GetString()).ShouldContain(subject);
    }

    [Fact]
    public async Task Results_OfAllFlashpoints_DifferAndComeOutTheSameAgain()
    {
        var all = Samples.Flashpoints.EnumerateArray().ToArray();
        var first = (await Handle(all)).Select(entry => entry.GetRawText()).ToList();
        var second = (await Handle(all)).Select(entry => entry.GetRawText()).ToList();
        second.ShouldBe(first);
        foreach (var name in new[] { "summary", "key_phrases", "words" })
            (await Handle(all)).Select(entry => entry.GetProperty(name).GetRawText()).ShouldBeUnique();
    }

    private static List<string> Sentences(string text) => Tokens.Sentences(Tokens.Normalize(text));

    private static IEnumerable<string> Texts(JsonElement flashpoint) =>
        flashpoint.GetProperty("feeds").EnumerateArray().Select(feed => feed.GetProperty("text").GetString()!);

    private static async Task<IReadOnlyList<JsonElement>> Handle(params JsonElement[] flashpoints)
    {
        var handler = new SampleHandler(new(), TimeProvider.System, NullLogger<SampleHandler>.Instance);
        var output = await handler.HandleAsync(Samples.Job(flashpoints), TestJob.Ignore, default);
        return [.. output.GetProperty("results").EnumerateArray()];
    }
}
