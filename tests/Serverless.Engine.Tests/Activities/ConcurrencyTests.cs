using System.Collections.Concurrent;

namespace Serverless.Engine.Tests.Activities;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Activities_MoreThanTheBound_WaitForASlot()
    {
        var gate = new Gate();
        await using var engine = Fan(gate).With(options => options with { MaxConcurrentActivities = 2 });
        var id = await engine.ScheduleAsync("Main", (string[])["Gate", "Gate", "Gate", "Gate", "Gate"]);

        await gate.ArrivedAsync(2);
        gate.Open();

        await engine.EndAsync(id);
        gate.Peak.ShouldBe(2);
    }

    [Fact]
    public async Task Activities_BoundByName_LeaveTheOtherSlotsToOthers()
    {
        var gate = new Gate();
        await using var engine = Fan(gate).With(options => options with
        {
            MaxConcurrentActivities = 3,
            MaxConcurrentActivitiesByName = new Dictionary<string, int> { ["Gate"] = 1 },
        });
        var held = await engine.ScheduleAsync("Main", (string[])["Gate", "Gate", "Gate"]);
        await gate.ArrivedAsync();

        await engine.RunAsync<int[]>("Main", (string[])["Free", "Free", "Free", "Free"]);
        gate.Open();

        await engine.EndAsync(held);
        gate.Peak.ShouldBe(1);
    }

    [Fact]
    public async Task Activities_WaitingForSlots_StartInTheOrderInWhichTheyWereAskedFor()
    {
        // A long queue of one name must not starve another that has a bound of its own.
        var gate = new Gate();
        var order = new ConcurrentQueue<string>();
        await using var engine = Fan(gate, order).With(options => options with
        {
            MaxConcurrentActivities = 1,
            MaxConcurrentActivitiesByName = new Dictionary<string, int> { ["Bound"] = 1, ["Other"] = 1 },
        });
        var id = await engine.ScheduleAsync(
            "Main", (string[])["Gate", "Free", "Bound", "Free", "Other", "Bound", "Free"]);
        await gate.ArrivedAsync();

        gate.Open();

        await engine.EndAsync(id);
        order.ShouldBe(["Free", "Bound", "Free", "Other", "Bound", "Free"]);
    }

    [Fact]
    public async Task Activities_OfAnInstanceThatWasTerminatedMeanwhile_DoNotStart()
    {
        var gate = new Gate();
        var order = new ConcurrentQueue<string>();
        await using var engine = Fan(gate, order).With(options => options with { MaxConcurrentActivities = 1 });
        var id = await engine.ScheduleAsync("Main", (string[])["Gate", "Free", "Free", "Free"]);
        await gate.ArrivedAsync();
        var next = await engine.ScheduleAsync("Main", (string[])["Bound"]);

        (await engine.Client.TerminateInstanceAsync(id)).ShouldBeTrue();
        gate.Open();

        await engine.EndAsync(next);
        order.ShouldBe(["Bound"]);
    }

    [Fact]
    public async Task Options_BoundBelowOne_AreRefused()
    {
        await using var none = new EngineHarness().With(options => options with { MaxConcurrentActivities = 0 });
        await using var byName = new EngineHarness().With(options => options with
        {
            MaxConcurrentActivitiesByName = new Dictionary<string, int> { ["Gate"] = 0 },
        });

        Should.Throw<ArgumentOutOfRangeException>(() => none.Engine);
        Should.Throw<ArgumentOutOfRangeException>(() => byName.Engine).Message.ShouldContain("'Gate'");
    }

    private static EngineHarness Fan(Gate gate, ConcurrentQueue<string>? order = null)
    {
        var engine = new EngineHarness()
            .Activity<int, int>("Gate", async (context, i) =>
            {
                await gate.PassAsync(context.CancellationToken);
                return i;
            })
            .Orchestrator<string[], int[]>("Main", async (context, names) =>
                await Task.WhenAll(names.Select((name, i) => context.CallActivityAsync<int>(name, i))));
        foreach (var name in (string[])["Free", "Bound", "Other"])
        {
            engine.Activity<int, int>(name, i =>
            {
                order?.Enqueue(name);
                return i;
            });
        }

        return engine;
    }
}
