using System.Text.Json;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class PoisonTests
{
    [Theory]
    [InlineData("""[{"id":"a"},{"id":"bad"}]""", "FAILED")]
    [InlineData("""[{"id":"worse"}]""", "FAILED")]
    [InlineData("""[{"id":"a"},{"id":"b"}]""", "COMPLETED")]
    [InlineData("[]", "COMPLETED")]
    public async Task Poison_AmongTheFlashpoints_KillsEveryWorkerThatTakesThem(string flashpoints, string status)
    {
        await using var pod = await StartAsync("""{"kind":"poison","flashpoints":["bad","worse"]}""", TestHandler.Echo);

        var end = await pod.EndAsync(await pod.RunAsync(Body(flashpoints)));

        end.Status.ShouldBe(status);
        if (status == "FAILED") end["error"].GetString().ShouldBe("job timed out after 1 retries");
    }

    [Theory]
    [InlineData("""{"kind":"poison","flashpoints":["c"],"after_entries":2}""")]
    [InlineData("""{"kind":"worker_crash","after_entries":2}""")]
    public async Task Crash_AfterEntries_LeavesThoseInTheStream(string fault)
    {
        await using var pod = await StartAsync(fault, new TestHandler(EmitAllAsync), redispatches: 0);

        var id = await pod.RunAsync(Body("""[{"id":"a"},{"id":"b"},{"id":"c"}]"""));
        var end = await pod.EndAsync(id);
        var stream = await pod.GetAsync($"stream/{id}");

        end.Status.ShouldBe("FAILED");
        stream["stream"].EnumerateArray().Select(one => one.GetProperty("output").GetProperty("id").GetString())
            .ShouldBe(["a", "b"]);
    }

    private static async Task<JsonElement> EmitAllAsync(
        Serverless.Workers.WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        foreach (var flashpoint in job.Input.GetProperty("flashpoints").EnumerateArray()) await emit(flashpoint);
        return default;
    }

    private static string Body(string flashpoints) => $$$"""{"input":{"flashpoints":{{{flashpoints}}}}}""";

    private static Task<TestEmulator> StartAsync(
        string fault, Serverless.Workers.IWorkerHandler handler, int redispatches = 1) =>
        TestEmulator.StartAsync(handler, new EmulatorOptions
        {
            Faults = FaultPlan.Parse($$"""{"faults":[{{fault}}]}"""),
            MaxRedispatches = redispatches,
        });
}
