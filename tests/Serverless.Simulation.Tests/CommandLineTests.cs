namespace Serverless.Simulation.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--seed 7", 7, 7)]
    [InlineData("--seeds 1..1000000", 1, 1_000_000)]
    public void Arguments_OfEitherForm_GiveTheRange(string line, ulong first, ulong last)
    {
        CommandLine.TryParse(line.Split(' '), out var range).ShouldBeTrue();
        range.ShouldBe((first, last));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--seed x")]
    [InlineData("--seeds 5")]
    [InlineData("--seeds 5..1")]
    [InlineData("--seed 1 --seeds 1..2")]
    public void Arguments_OfNoForm_AreRefused(string line) =>
        CommandLine.TryParse(line.Split(' '), out _).ShouldBeFalse();
}
