using Serverless.Cli.Head;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Planning;
using Serverless.Core.Runs;

namespace Serverless.Cli.Tests.Commands;

/// <summary>What a plan says of time and money.</summary>
public sealed class PlanCommandTests
{
    [Fact]
    public async Task Plan_WithATimeAndAGpu_ComparesWorkersInTimeAndMoney()
    {
        using var cli = new CommandLineHarness();
        cli.Head.Plan = Plan();

        var exitCode = await cli.RunAsync(
            "plan", "in.json", "--gpu", "L40S", "--seconds-per-flashpoint", "60", "--cold-start", "40", "--idle", "6",
            "--interruptible-price", "0.0003", "--interruptions-per-hour", "0.5");

        exitCode.ShouldBe(0, cli.Error);
        cli.Head.PlanRequest!.Assumed.ShouldBe(new WorkerAssumptions
        {
            PerFlashpoint = TimeSpan.FromSeconds(60),
            ColdStart = TimeSpan.FromSeconds(40),
            Idle = TimeSpan.FromSeconds(6),
            InterruptionsPerHour = 0.5,
        });
        cli.Output.ShouldContain("On demand");
        cli.Output.ShouldContain("$0.3472");
        cli.Output.ShouldContain("$0.1965");
        cli.Output.ShouldContain("Assumed: 40.0 s to start each worker and 6.0 s idle after its last job, both billed; L40S at $0.00053 a "
            + "second, interruptible at $0.0003 and taken away 0.5 times an hour.");
    }

    [Fact]
    public async Task Plan_WithoutATime_TakesWhatTheLastRunLikeItTook()
    {
        using var cli = new CommandLineHarness();
        cli.Head.Plan = Plan();
        cli.FanOut.Runs["etl-1"] = Views.Completed() with { Backend = cli.FanOut.Backend, ExecutionTime = TimeSpan.FromSeconds(600) };

        (await cli.RunAsync("plan", "in.json")).ShouldBe(0, cli.Error);

        cli.Head.PlanRequest!.Assumed!.PerFlashpoint.ShouldBe(TimeSpan.FromSeconds(50));
        cli.Output.ShouldContain("50.0 s for a flashpoint, as measured in run etl-1 (12 flashpoints).");
        cli.Output.ShouldContain("With --gpu NAME there is a cost, too.");
    }

    [Theory]
    [InlineData("elsewhere", null, RunState.Completed)]
    [InlineData("runpod:abc", "H100", RunState.Completed)]
    [InlineData("runpod:abc", null, RunState.Cancelled)]
    public async Task Plan_WithoutATimeAndARunLikeIt_ComparesNothing(string backend, string? gpu, object state)
    {
        using var cli = new CommandLineHarness();
        cli.Head.Plan = Plan() with { Offers = [] };
        cli.FanOut.Runs["etl-1"] = Views.Completed() with
        {
            State = (RunState)state,
            Backend = backend,
            Gpu = gpu,
            ExecutionTime = TimeSpan.FromSeconds(600),
        };

        (await cli.RunAsync("plan", "in.json")).ShouldBe(0, cli.Error);

        cli.Head.PlanRequest!.Assumed.ShouldBeNull();
        cli.Output.ShouldNotContain("measured");
    }

    private static PlanView Plan() => new()
    {
        FlashpointCount = 10,
        Chunks = [new PlanChunk { Index = 0, First = 0, End = 10, FlashpointCount = 10, Bytes = 100 }],
        Offers =
        [
            new PlanOffer
            {
                Workers = 1,
                Chunks = 1,
                Time = TimeSpan.FromSeconds(640),
                BilledSeconds = 655,
                InterruptibleTime = TimeSpan.FromSeconds(645),
                InterruptibleBilledSeconds = 655,
            },
        ],
    };
}
