using Serverless.Cli.Head;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Settings;

namespace Serverless.Cli.Tests.CommandLine;

public sealed class RunGrammarTests
{
    [Fact]
    public async Task Run_WithEveryOption_AsksForExactlyThat()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());
        cli.Environment["RUNPOD_API_KEY"] = "rpa_1";
        cli.Write("in.json", "[{\"id\":\"fp-1\"}]");

        var exitCode = await cli.RunAsync(
            "run", "in.json", "--workers", "8", "--date", "2025-03-04", "--run-id", "etl-1", "--chunk-size", "5",
            "--by", "weight", "--endpoint", "abc", "--max-attempts", "5", "--timeout", "1h30m", "--no-progress",
            "--state", "elsewhere");

        exitCode.ShouldBe(0, cli.Error);
        var request = cli.FanOut.Request.ShouldNotBeNull();
        request.SourceName.ShouldBe("in.json");
        request.Date.ShouldBe(new DateOnly(2025, 3, 4));
        request.RunId.ShouldBe("etl-1");
        request.ChunkSize.ShouldBe(5);
        request.By.ShouldBe(ChunkBy.Weight);
        cli.FanOut.Flashpoints.ShouldBe("[{\"id\":\"fp-1\"}]");
        var settings = cli.Head.Settings.ShouldNotBeNull();
        settings.Workers.ShouldBe(8);
        settings.RunPodEndpoint.ShouldBe("abc");
        settings.MaxAttempts.ShouldBe(5);
        settings.RequestTimeout.ShouldBe(TimeSpan.FromMinutes(90));
        settings.StateFolder.ShouldBe(cli.FullPath("elsewhere"));
        cli.Head.Access.ShouldBe(StateAccess.Run);
    }

    [Fact]
    public async Task Run_WithoutOptions_TakesTheDefaults()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        await cli.RunAsync("run", "in.json");

        cli.Head.Settings.ShouldBe(new FanOutSettings { StateFolder = cli.FullPath(".fanout") });
        var request = cli.FanOut.Request.ShouldNotBeNull();
        request.Date.ShouldBe(new DateOnly(2025, 1, 1), "today by the clock, UTC");
        request.RunId.ShouldBeNull();
        request.ChunkSize.ShouldBeNull();
        request.By.ShouldBe(ChunkBy.Even);
    }

    [Fact]
    public async Task Options_AgainstEnvironmentAndFiles_AreTheStrongest()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());
        cli.Environment["RUNPOD_WORKERS"] = "2";
        cli.Environment["MAX_RETRIES_PER_JOB"] = "7";
        cli.Write(".env", "RUNPOD_WORKERS=3\nPOLL_SECONDS=0.5\n");
        cli.Write("local.settings.json", """{"Values":{"RUNPOD_WORKERS":"4","GPU_TIMEOUT":"60"}}""");

        (await cli.RunAsync("run", "in.json", "--workers", "5")).ShouldBe(0, cli.Error);

        var settings = cli.Head.Settings.ShouldNotBeNull();
        settings.Workers.ShouldBe(5);
        settings.MaxRetries.ShouldBe(7);
        settings.PollInterval.ShouldBe(TimeSpan.FromMilliseconds(500));
        settings.GpuTimeout.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("90m", 5_400)]
    [InlineData("2h", 7_200)]
    [InlineData("1h1m1s", 3_661)]
    [InlineData("168h", 604_800)]
    public async Task Timeout_InAnyUnit_IsTheRequestTimeout(string typed, int seconds)
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        await cli.RunAsync("run", "in.json", "--timeout", typed);

        cli.Head.Settings!.RequestTimeout.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task File_Dash_IsStandardInput()
    {
        using var cli = new CommandLineHarness { Input = "{\"id\":\"fp-1\"}\n" };
        cli.Ended(Views.Completed());

        (await cli.RunAsync("run", "-")).ShouldBe(0, cli.Error);

        cli.FanOut.Flashpoints.ShouldBe("{\"id\":\"fp-1\"}\n");
        cli.FanOut.Request!.SourceName.ShouldBe("standard input");
    }

    [Fact]
    public async Task File_WithAtSign_IsNoResponseFile()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());
        cli.Write("@in.json", "[1]");

        (await cli.RunAsync("run", "@in.json")).ShouldBe(0, cli.Error);

        cli.FanOut.Flashpoints.ShouldBe("[1]");
    }
}
