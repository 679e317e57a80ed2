using System.Text.Json;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class WorkerPoolTests
{
    [Fact]
    public async Task Workers_MoreJobsThanWorkers_NeverExceedTheMaximum()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler, new EmulatorOptions { WorkersMax = 2 });
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add(await pod.RunAsync());

        var health = await HealthAsync(pod);
        foreach (var id in ids) handler.Complete(id);
        foreach (var id in ids) (await pod.EndAsync(id)).Status.ShouldBe("COMPLETED");

        health.ShouldBe(
            """{"completed":0,"failed":0,"inProgress":2,"inQueue":3,"retried":0} idle 0 starting 0 running 2""");
        pod.Statistics.MaxRunning.ShouldBe(2);
        pod.Statistics.Executions.ShouldBe(5);
    }

    [Fact]
    public async Task Workers_ColdStart_OneStartsPerWaitingJobAndTakesItWhenUp()
    {
        var options = new EmulatorOptions { WorkersMax = 3, ColdStart = TimeSpan.FromSeconds(40) };
        await using var pod = await TestEmulator.StartAsync(new HeldHandler(), options);
        (await HealthAsync(pod)).ShouldEndWith("idle 0 starting 0 running 0");

        await pod.RunAsync();
        await pod.RunAsync();
        (await HealthAsync(pod)).ShouldEndWith("idle 0 starting 2 running 0");
        pod.Clock.Advance(TimeSpan.FromSeconds(40));

        (await HealthAsync(pod)).ShouldEndWith("idle 0 starting 0 running 2");
    }

    [Fact]
    public async Task Workers_IdleForFiveSeconds_EndDownToTheMinimum()
    {
        var handler = new HeldHandler();
        var options = new EmulatorOptions { WorkersMin = 1, WorkersMax = 3 };
        await using var pod = await TestEmulator.StartAsync(handler, options);
        (await HealthAsync(pod)).ShouldEndWith("idle 1 starting 0 running 0");
        string[] ids = [await pod.RunAsync(), await pod.RunAsync(), await pod.RunAsync()];
        foreach (var id in ids) handler.Complete(id);
        foreach (var id in ids) await pod.EndAsync(id);

        pod.Clock.Advance(TimeSpan.FromMilliseconds(4999));
        (await HealthAsync(pod)).ShouldEndWith("idle 3 starting 0 running 0");
        pod.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await HealthAsync(pod)).ShouldEndWith("idle 1 starting 0 running 0");
    }

    [Fact]
    public async Task Workers_JobsFollowEachOther_OneWorkerServesThemWarm()
    {
        var options = new EmulatorOptions { ColdStart = TimeSpan.FromSeconds(40) };
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, options);
        var cold = await pod.RunAsync();
        pod.Clock.Advance(TimeSpan.FromSeconds(40));
        var first = await pod.EndAsync(cold);

        var second = await pod.EndAsync(await pod.RunAsync());

        second["delayTime"].GetInt64().ShouldBe(0);
        second["workerId"].GetString().ShouldBe(first["workerId"].GetString());
    }

    [Fact]
    public async Task Workers_LowPriorityJob_StartsNoWorkerButUsesOne()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var low = await pod.RunAsync("""{"input":{"a":1},"policy":{"lowPriority":true}}""");
        (await HealthAsync(pod)).ShouldEndWith("idle 0 starting 0 running 0");
        (await pod.StatusAsync(low)).Status.ShouldBe("IN_QUEUE");

        await pod.RunAsync();

        (await pod.EndAsync(low)).Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task Workers_RefreshAsked_NextJobGetsAnotherWorker()
    {
        var options = new EmulatorOptions { WorkersMax = 1 };
        await using var pod = await TestEmulator.StartAsync(
            TestHandler.Answering("""{"refresh_worker":true,"a":1}"""), options);

        var first = await pod.EndAsync(await pod.RunAsync());
        var second = await pod.EndAsync(await pod.RunAsync());

        second["workerId"].GetString().ShouldNotBe(first["workerId"].GetString());
    }

    [Fact]
    public async Task Queue_JobsWait_FirstComeFirstServed()
    {
        var order = new List<string>();
        var options = new EmulatorOptions { WorkersMax = 1, ColdStart = TimeSpan.FromSeconds(1) };
        await using var pod = await TestEmulator.StartAsync(
            new TestHandler(job =>
            {
                order.Add(job.Id);
                return job.Input;
            }),
            options);
        string[] ids = [await pod.RunAsync(), await pod.RunAsync(), await pod.RunAsync()];

        pod.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var id in ids) await pod.EndAsync(id);

        order.ShouldBe(ids);
    }

    private static async Task<string> HealthAsync(TestEmulator pod)
    {
        var health = await pod.GetAsync("health");
        var workers = health["workers"];
        workers.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["idle", "initializing", "ready", "running", "throttled", "unhealthy"]);
        return $"{health["jobs"].GetRawText()} idle {Count(workers, "idle")} "
            + $"starting {Count(workers, "initializing")} running {Count(workers, "running")}";
    }

    private static int Count(JsonElement workers, string state) => workers.GetProperty(state).GetInt32();
}
