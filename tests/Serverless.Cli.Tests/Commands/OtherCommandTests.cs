using Serverless.Cli.Head;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Runs;

namespace Serverless.Cli.Tests.Commands;

public sealed class OtherCommandTests
{
    [Fact]
    public async Task Resume_OfTheOnlyUnfinishedRun_NeedsNoName()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Runs["old"] = Views.Completed() with { Run = "old" };
        cli.FanOut.Runs[Views.Id] = Views.Run(RunState.Running);
        cli.FanOut.Notice = "Using RunPod endpoint abc.";
        var running = cli.RunAsync("resume", "--out", "out.json");
        await cli.FanOut.Watched;
        cli.Ended(Views.Completed());

        (await running).ShouldBe(0);

        cli.FanOut.Calls.ShouldBe(["resume etl-1", "watch etl-1", "export etl-1 Json"]);
        cli.Error.ShouldBe("Using RunPod endpoint abc.\n");
    }

    [Fact]
    public async Task Resume_WithNothingUnfinished_SaysSo()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Runs[Views.Id] = Views.Completed();

        (await cli.RunAsync("resume")).ShouldBe(0);

        cli.Error.ShouldBe("No run has been left unfinished.\n");
    }

    [Fact]
    public async Task Resume_WithSeveralUnfinished_WantsAName()
    {
        using var cli = new CommandLineHarness();
        foreach (var id in new[] { "a", "b", "c", "d", "e", "f" })
            cli.FanOut.Runs[id] = Views.Run(RunState.Running) with { Run = id };

        (await cli.RunAsync("resume")).ShouldBe(2);

        cli.Error.ShouldBe(
            "fanout: RUN is missing, and 6 runs are unfinished: a, b, c, d, e, …\n"
            + "Name one, such as: fanout resume a\n");
        cli.FanOut.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Resume_OfAnEndedRun_ShowsWhatCameOfIt()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed(done: 11));

        (await cli.RunAsync("resume", "etl-1")).ShouldBe(3);

        cli.Error.ShouldStartWith("Run etl-1 has already ended");
        cli.FanOut.Calls.ShouldNotContain("resume etl-1");
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("retry")]
    [InlineData("cancel")]
    [InlineData("show")]
    [InlineData("results")]
    public async Task Run_NotKnown_IsBadUsage(string command)
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync(command, "nope")).ShouldBe(2);

        cli.Error.ShouldBe("fanout: run \"nope\" is not known\nfanout runs lists them.\n");
    }

    [Fact]
    public async Task Retry_OfNulls_RunsThemAndFollows()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.RetryCount = 3;
        cli.Ended(Views.Completed(done: 9));

        (await cli.RunAsync("retry", "etl-1")).ShouldBe(3);

        cli.FanOut.Calls.ShouldBe(["retry etl-1", "watch etl-1"]);
    }

    [Fact]
    public async Task Retry_OfACompleteRun_StartsNothing()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        (await cli.RunAsync("retry", "etl-1")).ShouldBe(0);

        cli.Error.ShouldBe("Run etl-1 has every result; there is nothing to retry.\n");
        cli.FanOut.Calls.ShouldBe(["retry etl-1"]);
    }

    [Theory]
    [InlineData("retry", "To go on: fanout resume etl-1")]
    [InlineData("results", "To go on: fanout resume etl-1")]
    [InlineData("purge --yes", "First: fanout cancel etl-1")]
    public async Task RunUnderWay_WhereAnEndedOneIsNeeded_FailsWithAHint(string command, string hint)
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Runs[Views.Id] = Views.Run(RunState.Running, done: 4);

        (await cli.RunAsync([.. command.Split(' '), "etl-1"])).ShouldBe(1);

        cli.Error.ShouldStartWith("fanout: run etl-1 has not ended");
        cli.Error.ShouldEndWith(hint + "\n");
        cli.FanOut.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_OfARunUnderWay_CancelsIt()
    {
        using var cli = new CommandLineHarness();
        cli.FanOut.Runs[Views.Id] = Views.Run(RunState.Running, done: 4);

        (await cli.RunAsync("cancel", "etl-1")).ShouldBe(0);

        cli.FanOut.Calls.ShouldBe(["cancel etl-1"]);
        cli.Output.ShouldBe("Run etl-1 is cancelled. Kept are the results of 4 of 12 flashpoints.\n");
    }

    [Fact]
    public async Task Cancel_OfAnEndedRun_DoesNothing()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        (await cli.RunAsync("cancel", "etl-1")).ShouldBe(0);

        cli.FanOut.Calls.ShouldBeEmpty();
        cli.Output.ShouldBe("Run etl-1 has already ended (completed).\n");
    }

    [Fact]
    public async Task Results_WithoutOut_GoToStandardOutputAlone()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed());

        (await cli.RunAsync("results", "etl-1", "--format", "jsonl")).ShouldBe(0);

        cli.OutputBytes.ShouldBe("[1,null]");
        cli.Output.ShouldBeEmpty();
        cli.FanOut.Calls.ShouldBe(["export etl-1 Jsonl"]);
        cli.Head.Access.ShouldBe(StateAccess.Read);
    }

    [Fact]
    public async Task Results_WithNulls_EndWithThree()
    {
        using var cli = new CommandLineHarness();
        cli.Ended(Views.Completed(done: 11));

        (await cli.RunAsync("results", "etl-1", "--out", "out.csv")).ShouldBe(3);

        cli.FanOut.Calls.ShouldBe(["export etl-1 Csv"]);
        cli.Files.ShouldBe(["out.csv", "out.report.json"]);
    }

    [Theory]
    [InlineData(true, "purge etl-1")]
    [InlineData(false, null)]
    public async Task Purge_OnATerminal_DoesAsTold(bool answer, string? call)
    {
        string? asked = null;
        using var cli = new CommandLineHarness(ask: question =>
        {
            asked = question;
            return answer;
        });
        cli.Ended(Views.Completed());

        (await cli.RunAsync("purge", "etl-1")).ShouldBe(0);

        asked.ShouldBe("Delete run etl-1 with the results of 12 flashpoints?");
        cli.FanOut.Calls.ShouldBe(call is null ? [] : [call]);
    }

    [Fact]
    public async Task Purge_WithYes_DoesNotAsk()
    {
        using var cli = new CommandLineHarness(ask: _ => throw new InvalidOperationException("asked"));
        cli.Ended(Views.Completed());

        (await cli.RunAsync("purge", "etl-1", "--yes")).ShouldBe(0);

        cli.FanOut.Calls.ShouldBe(["purge etl-1"]);
        cli.Output.ShouldBe("Run etl-1 is deleted.\n");
    }

    [Fact]
    public async Task Emulator_WithEveryOption_AsksForExactlyThatAndEndsWell()
    {
        using var cli = new CommandLineHarness();
        cli.Write("faults.json", "{}");
        var running = cli.RunAsync(
            "emulator", "--port", "8123", "--worker", "python handler.py", "--workers-max", "6", "--cold-start", "1.5",
            "--faults", "faults.json", "--seconds-per-flashpoint", "10", "--retention", "20", "--result-limit", "1000",
            "--dormant-after", "3600");
        await cli.WhenOutputSays("Ctrl-C ends it.");
        cli.Press();

        (await running).ShouldBe(0);

        cli.Head.EmulatorRequest.ShouldBe(new EmulatorRequest
        {
            Port = 8123,
            Worker = "python handler.py",
            MaxWorkers = 6,
            ColdStart = TimeSpan.FromSeconds(1.5),
            FaultsFile = cli.FullPath("faults.json"),
            TimePerFlashpoint = TimeSpan.FromSeconds(10),
            ResultRetention = TimeSpan.FromSeconds(20),
            ResultLimit = 1000,
            DormantAfter = TimeSpan.FromHours(1),
        });
        cli.Output.ShouldBe(
            "RunPod emulator: RUNPOD_ENDPOINT=http://127.0.0.1:8123/v2/local RUNPOD_API_KEY=any. Ctrl-C ends it.\n");
    }
}
