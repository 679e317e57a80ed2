using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class PurgeTests
{
    [Fact]
    public async Task Purge_SomeJobsQueued_RemovesOnlyThose()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler, new EmulatorOptions { WorkersMax = 1 });
        var running = await pod.RunAsync();
        string[] queued = [await pod.RunAsync(), await pod.RunAsync()];

        var answer = await pod.PostAsync("purge-queue");
        handler.Complete(running);

        answer.Text.ShouldBe("""{"removed":2,"status":"completed"}""");
        foreach (var id in queued) await pod.ShouldBeGoneAsync(id);
        (await pod.EndAsync(running)).Status.ShouldBe("COMPLETED");
        pod.Statistics.Executions.ShouldBe(1);
    }
}
