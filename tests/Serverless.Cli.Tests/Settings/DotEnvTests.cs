using Serverless.Core.Settings;

namespace Serverless.Cli.Tests.Settings;

public sealed class DotEnvTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("  A = 1  ", "1")]
    [InlineData("export A=1", "1")]
    [InlineData("A=", "")]
    [InlineData("A=two words", "two words")]
    [InlineData("A=1 # one", "1")]
    [InlineData("A= # nothing", "")]
    [InlineData("A=a#b", "a#b")]
    [InlineData("A=0 0 2 * * *", "0 0 2 * * *")]
    [InlineData("A=x=y", "x=y")]
    [InlineData("A='it # is'", "it # is")]
    [InlineData(@"A='C:\new'", @"C:\new")]
    [InlineData("A=\"say \\\"hi\\\"\"  # greeting", "say \"hi\"")]
    [InlineData("A=\"a\\nb\\tc\\\\d\"", "a\nb\tc\\d")]
    [InlineData("A=\"\"", "")]
    [InlineData("A=1\r", "1")]
    [InlineData("A=1\nA=2", "2")]
    public void Read_Assignment_GivesTheValue(string text, string expected)
    {
        var source = DotEnv.Read(".env", text);

        source.Errors.ShouldBeEmpty();
        source.Values["A"].Value.ShouldBe(expected);
    }

    [Fact]
    public void Read_CommentsAndBlankLines_AreSkippedButCounted()
    {
        var source = DotEnv.Read(".env", "# settings\n\n   # more\nA=1\n");

        source.Values.ShouldHaveSingleItem().Value.Line.ShouldBe(4);
        source.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\nSECRET rpa_1", "line 2 is not NAME=value (.env). ")]
    [InlineData("=rpa_1", "line 1 is not NAME=value (.env). ")]
    [InlineData("1A=rpa_1", "line 1 is not NAME=value (.env). ")]
    [InlineData("A='rpa_1", "A has a broken quote (.env line 1). ")]
    [InlineData("A=\"rpa_1\\\"", "A has a broken quote (.env line 1). ")]
    [InlineData("A='rpa_1' more", "A has a broken quote (.env line 1). ")]
    public void Read_BrokenLine_IsNamedWithoutItsText(string text, string message)
    {
        var error = DotEnv.Read(".env", text).Errors.ShouldHaveSingleItem();

        error.Message.ShouldStartWith(message);
        error.Message.ShouldNotContain("rpa_1");
    }
}
