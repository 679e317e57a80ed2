using Serverless.Durable;
using Shouldly;
using Xunit;
using static Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.TestKit;

public abstract partial class DurableContract
{
    [Fact]
    public async Task Orchestrator_ReturnsWithATimerOpen_TheInstanceRunsUntilThatHasFired()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, (context, input) =>
        {
            _ = context.CreateTimer(ShortTime, CancellationToken.None);
            return Task.FromResult("done");
        }));
        await ScheduleAsync(host, 0);
        await host.ForgetAsync();

        await host.PassAsync(ShortTime);

        // By its own times: on an engine that has the machine's clock it may have fired before anybody can look.
        var end = await EndAsync(host);
        end.SerializedOutput.ShouldBe("\"done\"");
        (end.LastUpdatedAt - end.CreatedAt).ShouldBeGreaterThanOrEqualTo(ShortTime);
    }

    [Theory]
    [InlineData("activity")]
    [InlineData("child")]
    public async Task Orchestrator_ReturnsWithSomethingOpen_TheInstanceRunsUntilThatHasEnded(string open)
    {
        var gate = new Gate();
        await using var host = await StartAsync(Waiting(gate).Orchestrator<string, string>(Main, (context, what) =>
        {
            _ = Open(context, what);
            context.SetCustomStatus("returned");
            return Task.FromResult("done");
        }));
        await ScheduleAsync(host, open);
        await WhenShownAsync(host, "returned");
        await host.ForgetAsync();
        (await GetAsync(host)).RuntimeStatus.ShouldBe(Running);

        await EndOpenAsync(host, gate, open);

        (await ResultAsync<string>(host)).ShouldBe("done");
    }

    [Theory]
    [InlineData("activity")]
    [InlineData("child")]
    public async Task Race_IsWon_TheInstanceRunsUntilTheSlowestHasEnded(string slowest)
    {
        var gate = new Gate();
        await using var host = await StartAsync(Waiting(gate)
            .Activity<int, string>("Quick", _ => "quick")
            .Orchestrator<string, string>(Main, async (context, what) =>
            {
                var quick = context.CallActivityAsync<string>("Quick", 0);
                var winner = await Task.WhenAny(quick, Open(context, what));
                context.SetCustomStatus("won");
                return winner == quick ? await quick : "slow";
            }));
        await ScheduleAsync(host, slowest);
        await WhenShownAsync(host, "won");
        (await GetAsync(host)).RuntimeStatus.ShouldBe(Running);

        await EndOpenAsync(host, gate, slowest);

        (await ResultAsync<string>(host)).ShouldBe("quick");
    }

    [Fact]
    public async Task Timer_Cancelled_DoesNotKeepTheInstanceRunning()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, _) =>
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
            cancel.Cancel();
            await Caught.OfAsync<TaskCanceledException>(timer);
            return "done";
        }));

        (await RunAsync<string>(host, 0)).ShouldBe("done");
    }

    private static DurableRegistry Waiting(Gate gate) => Registry()
        .Activity<int, string>("Gated", async (context, _) =>
        {
            await gate.PassAsync(context.CancellationToken);
            return "slow";
        })
        .Orchestrator<int, string>("Child", (context, _) => context.WaitForExternalEvent<string>("end"));

    private static Task<string> Open(OrchestrationContext context, string what) => what switch
    {
        "activity" => context.CallActivityAsync<string>("Gated", 0),
        _ => context.CallSubOrchestratorAsync<string>("Child", 0, "child"),
    };

    private static async Task EndOpenAsync(IDurableHost host, Gate gate, string what)
    {
        if (what == "activity")
        {
            await gate.ArrivedAsync();
            gate.Open();
            return;
        }

        await WhenInAsync(host, Running, "child");
        await RaiseAsync(host, "end", "slow", "child");
    }
}
