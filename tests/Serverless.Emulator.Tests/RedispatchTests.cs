using Serverless.Emulator.Tests.Support;
using Serverless.Workers;

namespace Serverless.Emulator.Tests;

public sealed class RedispatchTests
{
    [Fact]
    public async Task Crash_Once_JobIsDispatchedAgainToAnotherWorker()
    {
        var crash = new TaskCompletionSource();
        var calls = 0;
        var options = new EmulatorOptions { ColdStart = TimeSpan.FromSeconds(30), IdleTimeout = TimeSpan.FromHours(1) };
        await using var pod = await TestEmulator.StartAsync(
            new TestHandler(async (job, _, _) =>
            {
                if (++calls > 1) return job.Input;
                await crash.Task;
                throw new WorkerCrashedException("exit code 137");
            }),
            options);
        var start = pod.Clock.GetUtcNow();
        var id = await pod.RunAsync();
        pod.Clock.Advance(TimeSpan.FromSeconds(30));
        var first = await pod.StatusAsync(id);

        pod.Clock.Advance(TimeSpan.FromSeconds(10));
        crash.SetResult();
        await pod.Clock.WhenTimerDueBy(start.AddSeconds(70));
        var between = await pod.StatusAsync(id);
        pod.Clock.AdvanceTo(start.AddSeconds(70));
        var end = await pod.EndAsync(id);

        first["delayTime"].GetInt64().ShouldBe(30_000);
        between.Text.ShouldBe($$"""{"id":"{{id}}","status":"IN_QUEUE","retries":1}""");
        end.Status.ShouldBe("COMPLETED");
        end["retries"].GetInt32().ShouldBe(1);
        end["delayTime"].GetInt64().ShouldBe(30_000, "it counts from the loss of the first worker");
        end["workerId"].GetString().ShouldNotBe(first["workerId"].GetString());
        (await pod.GetAsync("health"))["jobs"].GetProperty("retried").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Crash_EveryTime_JobFailsAfterTheAllowedRedispatches(int max)
    {
        var calls = 0;
        await using var pod = await TestEmulator.StartAsync(
            new TestHandler(_ =>
            {
                Interlocked.Increment(ref calls);
                throw new WorkerCrashedException("gone");
            }),
            new EmulatorOptions { MaxRedispatches = max });

        var end = await pod.EndAsync(await pod.RunAsync());

        end.Status.ShouldBe("FAILED");
        end["error"].GetString().ShouldBe($"job timed out after {max} retries");
        calls.ShouldBe(max + 1);
        end.Members.Contains("retries").ShouldBe(max > 0);
    }

    [Fact]
    public async Task Crash_OthersWait_LostJobGoesFirst()
    {
        var order = new List<string>();
        var release = new TaskCompletionSource();
        await using var pod = await TestEmulator.StartAsync(
            new TestHandler(async (job, _, _) =>
            {
                order.Add(job.Id);
                if (order.Count > 1) return job.Input;
                await release.Task;
                throw new WorkerCrashedException("gone");
            }),
            new EmulatorOptions { WorkersMax = 1 });
        string[] ids = [await pod.RunAsync(), await pod.RunAsync()];

        release.SetResult();
        foreach (var id in ids) await pod.EndAsync(id);

        order.ShouldBe([ids[0], ids[0], ids[1]]);
    }
}
