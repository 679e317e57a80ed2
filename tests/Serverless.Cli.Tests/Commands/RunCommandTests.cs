using Microsoft.Extensions.Logging;
using Serverless.Cli.Head;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Runs;
using RunStart = Serverless.Cli.Head.RunStart;

namespace Serverless.Cli.Tests.Commands;

public sealed class RunCommandTests
{
    [Fact]
    public async Task Run_WithEveryResult_EndsWithZeroTableAndPlace()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Notice = "No RunPod endpoint is set: using the local emulator with the sample worker.";
        cli.Ended(Views.Completed());

        (await cli.RunAsync("run", "in.json")).ShouldBe(0);

        cli.Error.ShouldBe("No RunPod endpoint is set: using the local emulator with the sample worker.\n");
        cli.Output.ShouldContain("Run etl-1 (2025-01-01) completed: 12 of 12 flashpoints in 40.2 s.\n");
        cli.Output.ShouldContain(
            "Speed-up against sequential: 3.2x (2m 08s of execution in 40.2 s).\n"
            + "Results: /state/results/etl-1/results.json\n");
        cli.FanOut.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_WithNulls_EndsWithThreeAndSaysHowToRetry()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed(done: 9));

        (await cli.RunAsync("run", "in.json", "--state", "my state")).ShouldBe(3);

        cli.Output.ShouldContain(
            "3 flashpoints without a result (null). To try again: fanout retry etl-1 --state \"my state\"\n");
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Cancelled")]
    public async Task Run_FailedOrCancelled_EndsWithOneAndDeliversNothing(string state)
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Run(Enum.Parse<RunState>(state)) with { Error = "the store is\ngone" });

        (await cli.RunAsync("run", "in.json", "--out", "out.json")).ShouldBe(1);

        cli.Output.ShouldContain($"Run etl-1 (2025-01-01) {state.ToLowerInvariant()}: 0 of 12 flashpoints");
        cli.Output.ShouldContain("Error: the store is gone\n");
        cli.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Out_File_GetsResultsAndTheReportBeside()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        (await cli.RunAsync("run", "in.json", "--out", "out.json")).ShouldBe(0);

        cli.Files.ShouldBe(["out.json", "out.report.json"]);
        cli.Read("out.json").ShouldBe("[1,null]");
        cli.Read("out.report.json").ShouldBe("{\"ok\":true}");
        cli.Output.ShouldEndWith(
            $"Results: {cli.FullPath("out.json")} (report: {cli.FullPath("out.report.json")})\n");
    }

    [Theory]
    [InlineData("out.json", null, "Json")]
    [InlineData("out.jsonl", null, "Jsonl")]
    [InlineData("out.ndjson", null, "Jsonl")]
    [InlineData("out.CSV", null, "Csv")]
    [InlineData("out", null, "Json")]
    [InlineData("out.json", "csv", "Csv")]
    public async Task Format_NotGiven_IsTheExtensions(string file, string? format, string expected)
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        string[] arguments = ["run", "in.json", "--out", file];

        await cli.RunAsync(format is null ? arguments : [.. arguments, "--format", format]);

        cli.FanOut.Calls.ShouldContain($"export etl-1 {expected}");
    }

    [Fact]
    public async Task Out_Dash_LeavesStandardOutputToTheResults()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        (await cli.RunAsync("run", "in.json", "--out", "-")).ShouldBe(0);

        cli.OutputBytes.ShouldBe("[1,null]");
        cli.Output.ShouldBeEmpty();
        cli.Error.ShouldContain("Run etl-1 (2025-01-01) completed");
    }

    [Fact]
    public async Task Out_FailingWhileWritten_KeepsTheFileThatWasThere()
    {
        using var cli = new CommandLineHarness();
        cli.Write("out.json", "old");
        cli.FanOut.ExportFailure = new IOException("No space left on device");
        cli.Ended(Views.Completed());

        (await cli.RunAsync("run", "in.json", "--out", "out.json")).ShouldBe(1);

        cli.Error.ShouldBe(
            $"fanout: {cli.FullPath("out.json")} could not be written: No space left on device\n"
            + "The results are kept in the state folder: fanout results writes them again.\n");
        cli.Files.ShouldBe(["out.json"]);
        cli.Read("out.json").ShouldBe("old");
    }

    [Fact]
    public async Task Progress_NotOnATerminal_IsPlainLinesOnStandardError()
    {
        using var cli = new CommandLineHarness();
        var running = cli.RunAsync("run", "in.json");
        await cli.FanOut.Watched;
        cli.Log(LogLevel.Information, "Worker 1 starting with 3 flashpoints");
        cli.Log(LogLevel.Debug, "job abc is IN_QUEUE");
        await cli.FanOut.UpdateAsync(Views.Run(RunState.Running));
        cli.Log(LogLevel.Warning, "Chunk 2 failed, attempt 2 follows");
        cli.Ended(Views.Completed());
        await running;

        cli.Error.ShouldBe(
            "2025-01-01 00:01:00Z INFO    Worker 1 starting with 3 flashpoints\n"
            + "2025-01-01 00:01:00Z WARNING Chunk 2 failed, attempt 2 follows\n");
    }

    [Fact]
    public async Task Progress_BelowTheLogLevel_IsSilent()
    {
        using var cli = new CommandLineHarness();
        cli.Environment["LOG_LEVEL"] = "ERROR";
        var running = cli.RunAsync("run", "in.json");
        await cli.FanOut.Watched;
        cli.Log(LogLevel.Warning, "Chunk 2 failed, attempt 2 follows");
        cli.Ended(Views.Completed());
        await running;

        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_KnownAndNotEnded_GoesOn()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Start = new RunStart(Views.Id, RunStartKind.Continued);
        cli.Ended(Views.Completed());

        (await cli.RunAsync("run", "in.json")).ShouldBe(0);

        cli.Error.ShouldBe("Run etl-1 is known and goes on.\n");
        cli.FanOut.Calls.ShouldContain("watch etl-1");
    }

    [Fact]
    public async Task Run_KnownAndEnded_IsShownAndDeliveredAgain()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Start = new RunStart(Views.Id, RunStartKind.Ended);
        cli.Ended(Views.Completed(done: 11));

        (await cli.RunAsync("run", "in.json", "--out", "out.json")).ShouldBe(3);

        cli.Error.ShouldStartWith("Run etl-1 has already ended; this is what came of it.");
        cli.FanOut.Calls.ShouldBe(["start", "export etl-1 Json"]);
        cli.Files.ShouldContain("out.json");
    }

    [Fact]
    public async Task Flashpoints_RefusedByTheHead_AreBadUsage()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.StartFailure =
            CommandFailedException.Usage("in.json: entry 3 has no id", "Every entry needs an id.");

        (await cli.RunAsync("run", "in.json", "--out", "out.json")).ShouldBe(2);

        cli.Error.ShouldBe("fanout: in.json: entry 3 has no id\nEvery entry needs an id.\n");
        cli.Files.ShouldBeEmpty();
        cli.FanOut.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Fault_Unexpected_IsOneLineWithoutATrace()
    {
        using var cli = new CommandLineHarness();
        cli.Head.OpenFailure = new InvalidOperationException("the impossible");

        (await cli.RunAsync("run", "in.json")).ShouldBe(1);

        cli.Error.ShouldBe("fanout: InvalidOperationException: the impossible\nLOG_LEVEL=DEBUG shows where.\n");
    }

    [Fact]
    public async Task Fault_WhenDebugging_ShowsItsTrace()
    {
        using var cli = new CommandLineHarness();
        cli.Environment["LOG_LEVEL"] = "DEBUG";
        cli.Head.OpenFailure = new InvalidOperationException("the impossible");

        (await cli.RunAsync("run", "in.json")).ShouldBe(1);

        cli.Error.ShouldContain("   at Serverless.");
    }
}
