using Serverless.Cli.Head;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Pricing;
using Serverless.Core.Runs;

namespace Serverless.Cli.Tests.CommandLine;

/// <summary>The options about what runs cost, and about running them again.</summary>
public sealed class LimitGrammarTests
{
    [Fact]
    public async Task Run_WithEveryLimit_AsksForExactlyThat()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        var exitCode = await cli.RunAsync(
            "run", "in.json", "--gpu", "l40s", "--max-cost", "12.50", "--max-failed-percent", "5", "--hedge", "2.5", "--force",
            "--no-cleanup");

        exitCode.ShouldBe(0, cli.Error);
        var request = cli.FanOut.Request.ShouldNotBeNull();
        request.Limits.ShouldBe(new RunLimits { MaxCost = 12.5m, MaxFailedPercent = 5, Hedge = 2.5 });
        (request.Force, request.Cleanup).ShouldBe((true, false));
        cli.Head.Settings!.Price.ShouldBe(new WorkerPrice("L40S", 0.00053m));
    }

    [Fact]
    public async Task Run_WithoutLimits_HasNone()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        await cli.RunAsync("run", "in.json");

        var request = cli.FanOut.Request.ShouldNotBeNull();
        (request.Limits, request.Force, request.Cleanup).ShouldBe((new RunLimits(), false, true));
        cli.Head.Settings!.Price.ShouldBeNull();
    }

    [Theory]
    [InlineData("--max-cost", "0", "--max-cost is \"0\". Allowed: dollars, a number above 0 and up to 1000000, such as 12.50.")]
    [InlineData("--max-cost", "$5", "--max-cost is \"$5\". Allowed: dollars, a number above 0 and up to 1000000, such as 12.50.")]
    [InlineData("--max-failed-percent", "100", "--max-failed-percent is \"100\". Allowed: a whole number from 0 to 99.")]
    [InlineData("--hedge", "1.4", "--hedge is \"1.4\". Allowed: a number from 1.5 to 10.")]
    [InlineData("--hedge", "11", "--hedge is \"11\". Allowed: a number from 1.5 to 10.")]
    [InlineData("--gpu", "RTX 5999", "GPU is \"RTX 5999\", which the prices of 2026-08-20 do not have.")]
    public async Task Run_WithALimitThatIsWrong_StartsNothing(string option, string value, string message)
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("run", "in.json", option, value)).ShouldBe(2);

        cli.Error.ShouldContain(message);
        cli.FanOut.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("run", "in.json")]
    [InlineData("retry", Views.Id)]
    public async Task MaxCost_WithoutAPrice_StartsNothing(string command, string argument)
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        (await cli.RunAsync(command, argument, "--max-cost", "5")).ShouldBe(2);

        cli.Error.ShouldContain("--max-cost is given, but nothing says what a worker costs");
        cli.Error.ShouldContain("Give --gpu NAME, or set GPU or GPU_PRICE_PER_SECOND.");
        cli.FanOut.Calls.ShouldNotContain("start");
    }

    [Fact]
    public async Task Prices_FromAFile_TakeThePlaceOfTheTable()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());
        cli.Environment["GPU_PRICES"] = "prices.json";
        cli.Write("prices.json", """
            {"version":"ours","source":"a contract","currency":"USD","gpus":[{"name":"L40S","per_second":0.0004}]}
            """);

        (await cli.RunAsync("run", "in.json", "--gpu", "L40S")).ShouldBe(0, cli.Error);

        cli.Head.Settings!.Price.ShouldBe(new WorkerPrice("L40S", 0.0004m));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task Prices_FromAFileThatIsWrong_StartNothing(string? content)
    {
        using var cli = new CommandLineHarness();
        cli.Environment["GPU_PRICES"] = "prices.json";
        if (content is not null) cli.Write("prices.json", content);

        (await cli.RunAsync("run", "in.json")).ShouldBe(2);

        cli.Error.ShouldContain("GPU_PRICES is \"prices.json\", which cannot be used: ");
        cli.FanOut.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ThatWasStopped_SaysWhyWhatItCostAndHowToGoOn()
    {
        using var cli = new CommandLineHarness();
        var run = Views.Completed();
        cli.Ended(run with
        {
            DoneCount = run.FlashpointCount - 2,
            Cost = 12.4m,
            WastedCost = 0.31m,
            Gpu = "L40S",
            StoppedBecause = "stopped at $12.40 of $12.00: 2 of 12 flashpoints not run",
        });

        (await cli.RunAsync("run", "in.json")).ShouldBe(3);

        cli.Output.ShouldContain("Stopped at $12.40 of $12.00: 2 of 12 flashpoints not run.");
        cli.Output.ShouldContain("Cost: $12.40 on L40S, $0.31 of it for attempts that came to nothing.");
        cli.Output.ShouldContain($"fanout retry {Views.Id}");
    }

    [Fact]
    public async Task Run_ThatHadEndedWithNulls_SaysHowToForceAndHowToRetry()
    {
        using var cli = new CommandLineHarness();
        var run = Views.Completed();
        cli.Ended(run with { DoneCount = run.FlashpointCount - 1 });
        cli.FanOut.Start = new(Views.Id, RunStartKind.Ended);

        (await cli.RunAsync("run", "in.json")).ShouldBe(3);

        cli.Error.ShouldContain("has already ended; this is what came of it. --force runs all of it again;");
        cli.Output.ShouldContain($"To try again: fanout retry {Views.Id}");
    }

    [Fact]
    public async Task Run_ThatWasHopeless_FailsAndSaysHowToGoOn()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed() with { State = RunState.Cancelled, DoneCount = 1, StoppedBecause = "stopped as hopeless: 9" });

        (await cli.RunAsync("run", "in.json")).ShouldBe(1);

        cli.Error.ShouldContain($"To go on with what is null: fanout retry {Views.Id}");
    }

    [Fact]
    public async Task Retry_WithABudgetOfItsOwn_AsksForIt()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());
        cli.FanOut.RetryCount = 1;

        (await cli.RunAsync("retry", Views.Id, "--max-cost", "3", "--gpu", "H100")).ShouldBe(0, cli.Error);

        cli.FanOut.RetryMaxCost.ShouldBe(3m);
    }
}
