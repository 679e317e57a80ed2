using Serverless.Cli.Commands;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Runs;

namespace Serverless.Cli.Tests.Commands;

public sealed class StopTests
{
    [Fact]
    public async Task FirstCtrlC_NotFollowed_LeavesTheRunSafe()
    {
        using var cli = new CommandLineHarness();
        var running = await StartAsync(cli, "run", "in.json", "--state", "s", "--out", "out.json");

        cli.Press();
        await cli.Clock.WhenTimerDueBy(cli.Clock.GetUtcNow() + RunFollower.Grace);
        running.IsCompleted.ShouldBeFalse("a second Ctrl-C may follow");
        cli.Clock.Advance(RunFollower.Grace);

        (await running).ShouldBe(130);
        cli.Error.ShouldBe(
            """
            Stopping. Ctrl-C again within 2 s also cancels the RunPod jobs.
            Run etl-1 is safe: what is done is stored, and no finished work is paid for twice.
            To go on: fanout resume etl-1 --state s
            To give up: fanout cancel etl-1 --state s

            """.ReplaceLineEndings("\n"));
        cli.FanOut.Calls.ShouldNotContain("cancel etl-1");
        cli.FanOut.IsDisposed.ShouldBeTrue();
        cli.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task SecondCtrlC_WithinTheGrace_CancelsTheJobs()
    {
        using var cli = new CommandLineHarness();
        var running = await StartAsync(cli, "run", "in.json");

        cli.Press();
        await cli.WhenErrorSays("Stopping.");
        cli.Press();

        (await running).ShouldBe(130);
        cli.FanOut.Calls.ShouldContain("cancel etl-1");
        cli.Error.ShouldEndWith("Run etl-1 is cancelled. Results stored so far are kept.\n");
        cli.Error.ShouldNotContain("is safe");
    }

    [Fact]
    public async Task BothCtrlC_AtOnce_CancelTheJobs()
    {
        using var cli = new CommandLineHarness();
        var running = await StartAsync(cli, "run", "in.json");

        cli.Press();
        cli.Press();

        (await running).ShouldBe(130);
        cli.FanOut.Calls.ShouldContain("cancel etl-1");
    }

    [Fact]
    public async Task Sigterm_NeedsNoGrace()
    {
        using var cli = new CommandLineHarness();
        var running = await StartAsync(cli, "run", "in.json");

        cli.Terminate();

        (await running).ShouldBe(130);
        cli.Error.ShouldStartWith("Run etl-1 is safe");
    }

    [Fact]
    public async Task CtrlC_BeforeTheRunHasStarted_EndsTheCommand()
    {
        using var cli = new CommandLineHarness();
        cli.Press();
        cli.FanOut.StartFailure = new OperationCanceledException(cli.Signals.StopRequested);

        (await cli.RunAsync("run", "in.json")).ShouldBe(130);

        cli.Error.ShouldBe("fanout: stopped. What is stored is kept; the same command goes on from there.\n");
    }

    [Fact]
    public async Task CtrlC_OnATerminal_TakesTheDrawingAway()
    {
        using var cli = new CommandLineHarness(onTerminal: true);
        var running = await StartAsync(cli, "resume", Views.Id);

        cli.Terminate();

        (await running).ShouldBe(130);
        cli.Error.ShouldContain("\e[?25h", customMessage: "the cursor is back");
        cli.Error.ShouldEndWith("To give up: fanout cancel etl-1\n");
    }

    private static async Task<Task<int>> StartAsync(CommandLineHarness cli, params string[] arguments)
    {
        cli.FanOut.Runs[Views.Id] = Views.Run(RunState.Running, done: 5);
        var running = cli.RunAsync(arguments);
        await cli.FanOut.Watched;
        return running;
    }
}
