using Serverless.Workers.Text;

namespace Serverless.Workers.Tests.Text;

public sealed class LanguageGuessTests
{
    [Theory]
    [InlineData("Where is the station?", "en")]
    [InlineData("¿Dónde está la estación?", "es")]
    [InlineData("Où est la gare ?", "fr")]
    [InlineData("Wo ist der Bahnhof?", "de")]
    [InlineData("Dov'è la stazione?", "it")]
    [InlineData("Onde fica a estação?", "pt")]
    [InlineData("Waar is het station?", "nl")]
    public void Of_AShortQuestion_IsGuessed(string text, string language) =>
        LanguageGuess.Of(text).Language.ShouldBe(language);

    [Theory]
    [InlineData("")]
    [InlineData("1951 42 7.82")]
    [InlineData("Где находится вокзал?")]
    [InlineData("駅はどこですか")]
    public void Of_ATextInNoKnownLanguage_IsUndetermined(string text) =>
        LanguageGuess.Of(text).ShouldBe(new LanguageGuess(LanguageGuess.Undetermined, 0));

    [Fact]
    public void Of_AWordOfTwoLanguages_IsLessSureThanASentence() =>
        LanguageGuess.Of("de la").Confidence
            .ShouldBeLessThan(LanguageGuess.Of("Où est la gare de la ville ?").Confidence);
}
