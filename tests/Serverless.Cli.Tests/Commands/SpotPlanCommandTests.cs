using System.Runtime.CompilerServices;
using Serverless.Cli.Head;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Planning;

namespace Serverless.Cli.Tests.Commands;

/// <summary>What <c>fanout plan --spot</c> says.</summary>
public sealed class SpotPlanCommandTests
{
    private static readonly string[] Command =
    [
        "plan", "in.json", "--spot", "--gpu", "L40S", "--interruptible-price", "0.0003", "--seconds-per-flashpoint", "3600",
    ];

    [Fact]
    public async Task Plan_OfFourWorkers_IsSaidAsWasApproved()
    {
        using var cli = Harness();

        (await cli.RunAsync(Command)).ShouldBe(0, cli.Error);

        Approve(cli.Output, "plan-spot.txt");
    }

    [Fact]
    public async Task Plan_WithEveryOption_IsSaidAsWasApproved()
    {
        using var cli = Harness();
        cli.Head.Observed = new ObservedInterruptions
        {
            Since = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
            Hours =
            [
                new ObservedHour { Hour = 22, PodHours = 100, Interruptions = 4 },
                new ObservedHour { Hour = 23, PodHours = 12.5, Interruptions = 0 },
            ],
        };

        (await cli.RunAsync(
        [
            .. Command, "--tail-on-demand", "25%", "--start-at", "21", "--checkpoint-every", "300", "--replacement", "90",
            "--hour-worth", "2.5", "--cold-start", "60", "--idle", "10",
        ])).ShouldBe(0, cli.Error);

        Approve(cli.Output, "plan-spot-options.txt");
    }

    [Fact]
    public async Task Plan_WithATableOfItsOwn_ReckonsWithThat()
    {
        using var cli = Harness();
        cli.Write("risk.json", """{"version":"1","source":"ours","bands":[{"from_hour":0,"to_hour":24,"low":0,"high":0}]}""");
        cli.Environment["INTERRUPTION_RISK"] = "risk.json";

        (await cli.RunAsync(Command)).ShouldBe(0, cli.Error);

        cli.Output.ShouldContain("00:00 to 23:00            0.00");
        cli.Output.ShouldContain("Best start: 00:00 UTC");
    }

    [Theory]
    [InlineData(
        """{"version":"1","source":"ours","bands":[]}""", "INTERRUPTION_RISK is ", "\"bands\" is empty; allowed is a list of objects.")]
    [InlineData(null, "INTERRUPTION_RISK is ", "Could not find file")]
    public async Task Plan_WithATableThatIsWrong_SaysWhatIsAllowed(string? table, string what, string why)
    {
        using var cli = Harness();
        if (table is not null) cli.Write("risk.json", table);
        cli.Environment["INTERRUPTION_RISK"] = "risk.json";

        (await cli.RunAsync(Command)).ShouldBe(2);

        cli.Error.ShouldContain(what);
        cli.Error.ShouldContain(why);
        cli.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--spot needs to know how long a flashpoint takes", "--gpu", "L40S", "--interruptible-price", "0.0003")]
    [InlineData("--spot needs to know what workers cost", "--seconds-per-flashpoint", "60", "--gpu", "L40S")]
    [InlineData("--tail-on-demand is \"101%\". Allowed: a number from 0 to 100, such as 10%.", "--tail-on-demand", "101%")]
    [InlineData("--start-at is \"24\". Allowed: a whole number from 0 to 23.", "--start-at", "24")]
    public async Task Plan_OfWhichSomethingIsNotKnown_SaysWhatToGive(string message, params string[] options)
    {
        using var cli = Harness();

        (await cli.RunAsync(["plan", "in.json", "--spot", .. options])).ShouldBe(2);

        cli.Error.ShouldContain(message);
        cli.Output.ShouldBeEmpty();
    }

    private static CommandLineHarness Harness()
    {
        var cli = new CommandLineHarness();
        cli.Head.Plan = new PlanView
        {
            FlashpointCount = 12,
            Chunks = [.. Enumerable.Range(0, 4).Select(index => new PlanChunk
            {
                Index = index, First = 3 * index, End = 3 * index + 3, FlashpointCount = 3, Bytes = 100,
            })],
            Work = [.. Enumerable.Repeat(TimeSpan.FromHours(3), 4)],
        };
        return cli;
    }

    /// <summary>Compares with what a person has read and approved.</summary>
    private static void Approve(string text, string file, [CallerFilePath] string thisFile = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(thisFile)!, file);
        var plain = string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim('\n') + "\n";
        var received = Path.Combine(AppContext.BaseDirectory, $"received-{file}");
        File.WriteAllText(received, plain);
        plain.ShouldBe(File.ReadAllText(approved), $"If that is right, copy {received} to {file} beside this test.");
    }
}
