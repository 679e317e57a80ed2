using System.Text.Json;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

/// <summary>Endpoints that take jobs and have nobody to do them.</summary>
public sealed class NoWorkerTests
{
    [Theory]
    [InlineData("worker_throttled", "throttled")]
    [InlineData("worker_unhealthy", "unhealthy")]
    public async Task Worker_KeptOut_IsShownInHealthAndTakesItsJobLater(string kind, string gauge)
    {
        var options = new EmulatorOptions
        {
            WorkersMax = 1,
            Faults = FaultPlan.Parse($$"""{"faults":[{"kind":"{{kind}}","times":1,"delay_s":60}]}"""),
        };
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, options);
        var id = await pod.RunAsync();

        var status = (await pod.StatusAsync(id)).Status;
        var workers = (await pod.GetAsync("health"))["workers"];
        pod.Clock.Advance(TimeSpan.FromSeconds(60));
        var end = await pod.EndAsync(id);

        status.ShouldBe("IN_QUEUE");
        Gauge(workers, gauge).ShouldBe(1);
        new[] { "idle", "initializing", "ready", "running" }.Sum(name => Gauge(workers, name)).ShouldBe(0);
        end["delayTime"].GetInt64().ShouldBe(60_000);
        Gauge((await pod.GetAsync("health"))["workers"], gauge).ShouldBe(0);
    }

    [Fact]
    public async Task Worker_OthersThrottled_WorksAlone()
    {
        var options = new EmulatorOptions
        {
            WorkersMax = 3,
            Faults = FaultPlan.Parse("""{"faults":[{"kind":"worker_throttled","times":2,"delay_s":60}]}"""),
        };
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, options);

        (await pod.EndAsync(await pod.RunAsync())).Status.ShouldBe("COMPLETED");

        Gauge((await pod.GetAsync("health"))["workers"], "throttled").ShouldBe(2);
    }

    [Fact]
    public async Task Endpoint_QuietForTooLong_OnlyQueuesUntilItIsWoken()
    {
        var week = TimeSpan.FromDays(7);
        await using var pod = await TestEmulator.StartAsync(
            TestHandler.Echo, new EmulatorOptions { WorkersMin = 1, DormantAfter = week, IdleTimeout = TimeSpan.FromDays(30) });
        pod.Clock.Advance(week - TimeSpan.FromSeconds(1));
        (await pod.EndAsync(await pod.RunAsync())).Status.ShouldBe("COMPLETED");
        pod.Clock.Advance(week);

        var id = await pod.RunAsync();
        var status = (await pod.StatusAsync(id)).Status;
        var workers = (await pod.GetAsync("health"))["workers"];
        pod.Emulator.Wake();
        var end = await pod.EndAsync(id);

        status.ShouldBe("IN_QUEUE");
        workers.EnumerateObject().Sum(gauge => gauge.Value.GetInt32()).ShouldBe(0);
        end.Status.ShouldBe("COMPLETED");
    }

    private static int Gauge(JsonElement workers, string name) => workers.GetProperty(name).GetInt32();
}
