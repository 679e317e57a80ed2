using Serverless.Workers.Text;

namespace Serverless.Workers.Tests.Text;

public sealed class TokensTests
{
    [Theory]
    [InlineData("One here. Two there! Three?", "One here.|Two there!|Three?")]
    [InlineData("It cost 3.5 million. He paid.", "It cost 3.5 million.|He paid.")]
    [InlineData("Dr. Adams met J. Smith. They spoke.", "Dr. Adams met J. Smith.|They spoke.")]
    [InlineData("Am 3. Mai regnete es. Danach nicht.", "Am 3. Mai regnete es.|Danach nicht.")]
    [InlineData("Built in 1951. Closed in 1999.", "Built in 1951.|Closed in 1999.")]
    [InlineData("\"Go now.\" \"Why?\" They went.", "\"Go now.\"|\"Why?\"|They went.")]
    [InlineData("« Un bon grain. » Elle sourit.", "« Un bon grain. »|Elle sourit.")]
    [InlineData("¿Quién viene? ¡Nadie!", "¿Quién viene?|¡Nadie!")]
    [InlineData("Well... he said e.g. nothing… Then he left.", "Well... he said e.g. nothing…|Then he left.")]
    [InlineData("A heading\nA line. No mark", "A heading|A line.|No mark")]
    [InlineData("", "")]
    public void Sentences_OfANormalizedText_AreFound(string text, string expected) =>
        string.Join('|', Tokens.Sentences(text)).ShouldBe(expected);

    [Fact]
    public void Normalize_ParagraphsAndSpaces_KeepsOnlyWhatMatters() =>
        Tokens.Normalize("\n One\r\n two \t three.\n\n \n\nFour\u00A0five. ").ShouldBe("One two three.\nFour five.");

    [Theory]
    [InlineData("L'eau d’un puits", 3)]
    [InlineData("twenty-six cows, 2,400 sheep", 4)]
    [InlineData("7.82 metres at 15:42", 5)]
    [InlineData("... – !", 0)]
    public void CountWords_OfAText_CountsAsAReaderDoes(string text, int count) =>
        Tokens.CountWords(text).ShouldBe(count);

    [Fact]
    public void Split_Word_GivesPiecesWithPlaces() =>
        Tokens.Split("Près d'Ébène-Sud, 7.5")
            .ShouldBe([new(0, 4, "près"), new(5, 1, "d"), new(7, 5, "ébène"), new(13, 3, "sud"), new(18, 3, "7.5")]);
}
