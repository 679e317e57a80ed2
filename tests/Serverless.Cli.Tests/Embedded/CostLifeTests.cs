using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>Costs, budgets and forced runs through the real head, on the emulator.</summary>
public sealed class CostLifeTests
{
    /// <summary>Not less than the millisecond from which on a job costs something.</summary>
    private static readonly TimeSpan BegunSecond = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Run_WithAPrice_ShowsItsCostWhereverItIsShown()
    {
        using var cli = new EmbeddedHarness(flashpoints: 4);
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Handler.Takes = BegunSecond;
        cli.Use(endpoint);
        cli.Environment["GPU_PRICE_PER_SECOND"] = "0.01";

        (await cli.RunAsync("run", "in.json", "--run-id", "r", "--workers", "2", "--out", "out.json")).ShouldBe(0, cli.Error);

        // Two short jobs, a begun second each; on a machine that is busy it may be some more.
        var cost = CostIn(cli.Output);
        cost.ShouldBeGreaterThanOrEqualTo(0.02m);
        (await cli.RunAsync("show", "r")).ShouldBe(0);
        CostIn(cli.Output).ShouldBe(cost);
    }

    [Fact]
    public async Task Run_WithABudget_StopsAndARetryGoesOn()
    {
        using var cli = new EmbeddedHarness(flashpoints: 6);
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Handler.Takes = BegunSecond;
        cli.Use(endpoint);
        cli.Environment["GPU_PRICE_PER_SECOND"] = "0.01";

        var exitCode = await cli.RunAsync(
            "run", "in.json", "--run-id", "r", "--workers", "2", "--chunk-size", "1", "--max-cost", "0.02", "--out", "out.json");

        exitCode.ShouldBe(3, cli.Error);
        cli.Output.ShouldContain(" of $0.02: ");
        cli.Output.ShouldContain("not run  ");
        endpoint.JobsSubmitted.ShouldBeInRange(2, 4);
        (await cli.RunAsync("retry", "r", "--max-cost", "1", "--out", "out.json")).ShouldBe(0, cli.Error);
        endpoint.JobsSubmitted.ShouldBe(6);
    }

    [Fact]
    public async Task Run_ThatHadEnded_RunsAgainOnlyWhenForced()
    {
        using var cli = new EmbeddedHarness(flashpoints: 4);
        await using var endpoint = await Endpoint.StartAsync();
        cli.Use(endpoint);
        string[] line = ["run", "in.json", "--run-id", "r", "--workers", "2", "--out", "out.json"];
        (await cli.RunAsync(line)).ShouldBe(0, cli.Error);

        (await cli.RunAsync(line)).ShouldBe(0, cli.Error);
        endpoint.JobsSubmitted.ShouldBe(2);
        cli.Error.ShouldContain("Run r has already ended; this is what came of it. --force runs all of it again;");
        (await cli.RunAsync([.. line, "--force"])).ShouldBe(0, cli.Error);

        endpoint.JobsSubmitted.ShouldBe(4);
        cli.Entries("out.json").Count.ShouldBe(4);
        (await cli.RunAsync("show", "r")).ShouldBe(0);
        cli.Output.ShouldContain("completed: 4 of 4 flashpoints");
    }

    private static decimal CostIn(string output) => decimal.Parse(
        Regex.Match(output, @"Cost: \$(\d+\.\d\d)\.").Groups[1].Value, CultureInfo.InvariantCulture);
}
