namespace Serverless.Protocol.Tests;

public sealed class ProtocolVersionTests
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("2", false)]
    [InlineData("0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(" 1", false)]
    [InlineData("+1", false)]
    [InlineData("1,2", false)]
    public void Call_InAVersion_IsAnsweredWhenItIsSpoken(string? header, bool expected) =>
        ProtocolVersion.IsSpoken(header).ShouldBe(expected);

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1,2,3", 1)]
    [InlineData("3, 1", 1)]
    [InlineData("2,3", null)]
    [InlineData("one", null)]
    [InlineData(null, null)]
    public void Answer_WithVersions_NamesTheNewestThatBothSpeak(string? header, int? expected) =>
        ProtocolVersion.Common(header).ShouldBe(expected);

    [Fact]
    public void Current_Always_IsTheNewestSpoken() => ProtocolVersion.Current.ShouldBe(ProtocolVersion.Spoken.Max());
}
