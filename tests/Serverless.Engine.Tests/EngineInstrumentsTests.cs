using Serverless.TestKit.Diagnostics;

namespace Serverless.Engine.Tests;

[Collection(Measurements.Alone)]
public sealed class EngineInstrumentsTests
{
    [Fact]
    public async Task Engine_AtWork_MeasuresItsCommits()
    {
        using var measured = new Measurements(EngineInstruments.MeterName);
        await using var engine = new EngineHarness()
            .Activity<int, int>("Double", x => 2 * x)
            .Orchestrator<int, int>("Run", (context, x) => context.CallActivityAsync<int>("Double", x));

        (await engine.RunAsync<int>("Run", 21)).ShouldBe(42);

        var sizes = measured.Of("durable.commit.writes");
        sizes.Count.ShouldBeGreaterThanOrEqualTo(2);
        sizes.ShouldAllBe(size => size.Value >= 1);
        measured.Of("durable.commit.duration").Count.ShouldBe(sizes.Count);
    }

    [Fact]
    public async Task Gauges_WhileAnActivityRunsAndOneWaits_SaySo_AndGoWithTheEngine()
    {
        using var measured = new Measurements(EngineInstruments.MeterName);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = new EngineHarness()
            .With(options => options with { MaxConcurrentActivities = 1 })
            .Activity<int, int>("Hold", async (_, x) =>
            {
                held.TrySetResult();
                await open.Task;
                return x;
            })
            .Orchestrator<int, int>("Run", async (context, x) =>
                (await Task.WhenAll(context.CallActivityAsync<int>("Hold", x), context.CallActivityAsync<int>("Hold", x))).Sum());
        var id = await engine.ScheduleAsync("Run", 1);
        await held.Task.WaitAsync(EngineHarness.Patience);

        measured.AskGauges();

        measured.Of("durable.activities.running").ShouldBe([("", 1)]);
        measured.Of("durable.activities.waiting").ShouldBe([("", 1)]);
        measured.Of("durable.instances.loaded").ShouldBe([("", 1)]);
        measured.Of("durable.writes.queued").Count.ShouldBe(1);
        open.SetResult();
        (await engine.ResultAsync<int>(id)).ShouldBe(2);
        await engine.StopAsync();
        measured.AskGauges();
        measured.Of("durable.instances.loaded").Count.ShouldBe(1, "the gauges are gone");
    }

    [Fact]
    public async Task RootEnd_OfAParentWithAChild_IsToldOnceAndBeforeWhoWaits()
    {
        var told = new List<string>();
        await using var engine = new EngineHarness()
            .With(options => options with { OnRootEnded = told.Add })
            .Orchestrator<int, int>("Child", (_, x) => Task.FromResult(x))
            .Orchestrator<int, int>("Parent", (context, x) => context.CallSubOrchestratorAsync<int>("Child", x));

        await engine.RunAsync<int>("Parent", 1, "p");

        told.ShouldBe(["p"]);
    }
}
