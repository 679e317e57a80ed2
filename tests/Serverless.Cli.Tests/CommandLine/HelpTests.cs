using Serverless.Cli.Tests.Doubles;

namespace Serverless.Cli.Tests.CommandLine;

public sealed class HelpTests
{
    private static readonly string[] Commands =
        ["run", "resume", "retry", "cancel", "runs", "show", "results", "purge", "plan", "enqueue", "queue", "pod", "emulator"];

    [Fact]
    public async Task Help_OfTheProgram_NamesEveryCommandAndAnExample()
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("--help")).ShouldBe(0);

        foreach (var command in Commands) cli.Output.ShouldContain($"\n  {command} ");
        cli.Output.ShouldContain("Examples:\n  fanout run samples/flashpoints.json --out results.json\n");
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_OfEachCommand_EndsWithItsExample()
    {
        foreach (var command in Commands)
        {
            using var cli = new CommandLineHarness();

            (await cli.RunAsync(command, "--help")).ShouldBe(0);

            cli.Output.ShouldContain("Usage:\n  fanout " + command);
            cli.Output.ShouldContain($"Examples:\n  fanout {command}");
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("resume")]
    [InlineData("runs")]
    public async Task StateOption_OfCommandsAboutRuns_IsInTheirHelp(string command)
    {
        using var cli = new CommandLineHarness();

        await cli.RunAsync(command, "-h");

        cli.Output.ShouldContain("--state <DIR>");
    }

    [Fact]
    public async Task Version_Asked_IsOneLine()
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("--version")).ShouldBe(0);

        cli.Output.ShouldMatch(@"\Afanout \d+\.\d+\.\d+\n\z");
    }
}
