using Microsoft.Extensions.Logging;
using Serverless.Cli.Rendering;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Runs;

namespace Serverless.Cli.Tests.Rendering;

public sealed class LiveProgressTests
{
    [Fact]
    public async Task Run_OnATerminal_IsDrawnAndTakenAwayAtTheEnd()
    {
        using var cli = new CommandLineHarness(onTerminal: true);
        var running = cli.RunAsync("run", "in.json");
        await cli.FanOut.UpdateAsync(
            Views.Run(RunState.Running, done: 3) with { Chunks = [Views.Chunk(0, ChunkPhase.Running, done: 3)] });
        cli.Log(LogLevel.Information, "Worker 1 completed flashpoint fp-2");
        cli.Log(LogLevel.Warning, "Chunk 1 failed, attempt 2 follows");

        await cli.Clock.WhenTimerDueBy(cli.Clock.GetUtcNow() + LiveProgress.Interval);
        cli.Clock.Advance(LiveProgress.Interval);
        await cli.WhenErrorSays("3/12");
        cli.Ended(Views.Completed());

        (await running).ShouldBe(0);
        cli.Error.ShouldContain("WARNING Chunk 1 failed, attempt 2 follows");
        cli.Error.ShouldNotContain("Worker 1 completed flashpoint", customMessage: "the drawing says that");
        cli.Error.ShouldContain("\e[?25h", customMessage: "the cursor is back");
        cli.Output.ShouldContain("completed: 12 of 12 flashpoints");
    }

    [Fact]
    public async Task Run_OnATerminalWithNoProgress_IsPlainLines()
    {
        using var cli = new CommandLineHarness(onTerminal: true);
        var running = cli.RunAsync("run", "in.json", "--no-progress");
        await cli.FanOut.Watched;
        cli.Log(LogLevel.Information, "Worker 1 starting with 3 flashpoints");
        cli.Ended(Views.Completed());
        await running;

        cli.Error.ShouldContain("INFO    Worker 1 starting with 3 flashpoints");
        cli.Error.ShouldNotContain("\e[", customMessage: "nothing is drawn");
    }

    [Fact]
    public async Task Watch_ThatFails_FailsTheCommandWithACleanScreen()
    {
        using var cli = new CommandLineHarness(onTerminal: true);
        var running = cli.RunAsync("run", "in.json");
        await cli.FanOut.Watched;
        cli.FanOut.Updates.Writer.Complete(
            CommandFailedException.Failed("disk full: /state", "To go on: fanout resume"));

        (await running).ShouldBe(1);

        cli.Error.ShouldEndWith("fanout: disk full: /state\nTo go on: fanout resume\n");
    }
}
