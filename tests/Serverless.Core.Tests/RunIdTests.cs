namespace Serverless.Core.Tests;

public sealed class RunIdTests
{
    public static TheoryData<string> Good => ["a", "etl-2025-01-01", "A.b_c~d-9", "0", "_x", "~", new('x', 100)];

    public static TheoryData<string?, string> Bad => new()
    {
        { null, "empty" },
        { "", "empty" },
        { new('x', 101), "101 characters" },
        { ".", "begins with '.'" },
        { ".hidden", "begins with '.'" },
        { "-rf", "begins with '-'" },
        { "run.", "ends in '.'" },
        { "a/b", "\"/\" at position 2" },
        { "..\\x", "\"\\\" at position 3" },
        { "a b", "\" \" at position 2" },
        { "läuft", "\"ä\" at position 2" },
        { "a\u001b[2J", "\"\\u001b\" at position 2" },
    };

    [Theory, MemberData(nameof(Good))]
    public void RunId_AllowedText_KeepsIt(string text)
    {
        RunId.TryParse(text, out var id, out var error).ShouldBeTrue(error);
        id.Value.ShouldBe(text);
        id.ToString().ShouldBe(text);
        RunId.Parse(text).ShouldBe(id);
    }

    [Theory, MemberData(nameof(Bad))]
    public void RunId_OtherText_SaysWhyAndWhatIsAllowed(string? text, string why)
    {
        RunId.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNull().ShouldContain(why);
        error.ShouldContain("allowed are 1 to 100 letters");
        error.ShouldNotContain("\u001b");
        Should.Throw<FormatException>(() => RunId.Parse(text)).Message.ShouldBe(error);
    }

    [Fact]
    public void RunId_Default_IsNoId()
        => Should.Throw<InvalidOperationException>(() => default(RunId).Value);
}
