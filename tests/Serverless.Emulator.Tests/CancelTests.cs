using System.Net;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class CancelTests
{
    [Fact]
    public async Task Cancel_JobQueued_IsCancelledAndNeverRuns()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, new EmulatorOptions { WorkersMax = 0 });
        var id = await pod.RunAsync();

        var answer = await pod.PostAsync($"cancel/{id}", "{}");

        answer.Text.ShouldBe($$"""{"id":"{{id}}","status":"CANCELLED"}""");
        (await pod.StatusAsync(id)).Text.ShouldBe(answer.Text);
        (await pod.GetAsync("health"))["jobs"].GetProperty("inQueue").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Cancel_JobRunning_IsCancelledHandlerStoppedAndWorkerFreed()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler, new EmulatorOptions { WorkersMax = 1 });
        var running = await pod.RunAsync();
        var waiting = await pod.RunAsync();
        pod.Clock.Advance(TimeSpan.FromSeconds(3));

        var answer = await pod.PostAsync($"cancel/{running}");
        await handler.Stopped(running);
        handler.Complete(waiting);

        answer.Status.ShouldBe("CANCELLED");
        (await pod.EndAsync(waiting)).Status.ShouldBe("COMPLETED");
        var end = await pod.StatusAsync(running);
        end.Members.ShouldBe(["id", "status", "delayTime", "executionTime"]);
        end.Status.ShouldBe("CANCELLED");
        end["executionTime"].GetInt64().ShouldBe(3000);
    }

    [Fact]
    public async Task Cancel_HandlerAnswersAnyway_JobStaysCancelled()
    {
        var release = new TaskCompletionSource();
        await using var pod = await TestEmulator.StartAsync(
            new TestHandler(async (job, _, _) =>
            {
                await release.Task;
                return job.Input;
            }),
            new EmulatorOptions { WorkersMax = 1 });
        var stubborn = await pod.RunAsync();
        var next = await pod.RunAsync();

        await pod.PostAsync($"cancel/{stubborn}");
        (await pod.StatusAsync(next)).Status.ShouldBe("IN_QUEUE");
        release.SetResult();

        (await pod.EndAsync(next)).Status.ShouldBe("COMPLETED");
        (await pod.StatusAsync(stubborn)).Status.ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task Cancel_JobEnded_LeavesItAsItIs()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var id = await pod.RunAsync();
        await pod.EndAsync(id);

        (await pod.PostAsync($"cancel/{id}")).Text.ShouldBe($$"""{"id":"{{id}}","status":"COMPLETED"}""");
        (await pod.StatusAsync(id)).Members.ShouldContain("output");
    }

    [Fact]
    public async Task Cancel_JobUnknown_AnswersNotFound()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        (await pod.PostAsync("cancel/x")).ShouldBeProblem(HttpStatusCode.NotFound, "job not found");
    }
}
