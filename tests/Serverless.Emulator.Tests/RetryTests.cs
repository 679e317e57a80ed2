using System.Net;
using System.Text.Json;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task Retry_JobFailed_RunsSameInputUnderSameId()
    {
        var calls = 0;
        await using var pod = await TestEmulator.StartAsync(new TestHandler(job =>
            ++calls == 1 ? JsonElement.Parse("""{"error":"first","rest":1}""") : job.Input));
        var id = await pod.RunAsync("""{"input":{"a":1}}""");
        (await pod.EndAsync(id)).Status.ShouldBe("FAILED");

        var answer = await pod.PostAsync($"retry/{id}");
        var end = await pod.EndAsync(id);

        answer.Text.ShouldBe($$"""{"id":"{{id}}","status":"IN_QUEUE"}""");
        end.Status.ShouldBe("COMPLETED");
        end["output"].GetRawText().ShouldBe("""{"a":1}""");
        end.Members.ShouldNotContain("error");
    }

    [Fact]
    public async Task Retry_JobTimedOut_IsQueuedAgain()
    {
        var handler = new HeldHandler();
        var options = new EmulatorOptions { ReportTimedOut = true };
        await using var pod = await TestEmulator.StartAsync(handler, options);
        var id = await pod.RunAsync();
        pod.Clock.Advance(TimeSpan.FromSeconds(600));
        (await pod.StatusAsync(id)).Status.ShouldBe("TIMED_OUT");
        await handler.Stopped(id);

        (await pod.PostAsync($"retry/{id}")).Status.ShouldBe("IN_QUEUE");
    }

    [Fact]
    public async Task Retry_JobFailedAndRetried_OldOutputIsGoneWhileItRuns()
    {
        var calls = 0;
        var release = new TaskCompletionSource();
        await using var pod = await TestEmulator.StartAsync(new TestHandler(async (_, _, cancellationToken) =>
        {
            if (++calls > 1) await release.Task.WaitAsync(cancellationToken);
            return JsonElement.Parse("""{"error":"x","rest":1}""");
        }));
        var id = await pod.RunAsync();
        await pod.EndAsync(id);
        pod.Clock.Advance(TimeSpan.FromSeconds(60));

        await pod.PostAsync($"retry/{id}");
        var running = await pod.StatusAsync(id);

        running.Members.ShouldBe(["id", "status", "delayTime", "workerId"]);
        running["delayTime"].GetInt64().ShouldBe(0);
        release.SetResult();
    }

    [Theory]
    [InlineData("queued", "IN_QUEUE")]
    [InlineData("running", "IN_PROGRESS")]
    [InlineData("completed", "COMPLETED")]
    [InlineData("cancelled", "CANCELLED")]
    public async Task Retry_JobNotFailed_IsRefusedAndLeftAsItIs(string state, string status)
    {
        var handler = new HeldHandler();
        var options = new EmulatorOptions { WorkersMax = state == "queued" ? 0 : 1 };
        await using var pod = await TestEmulator.StartAsync(handler, options);
        var id = await pod.RunAsync();
        if (state == "completed")
        {
            handler.Complete(id);
            await pod.EndAsync(id);
        }

        if (state == "cancelled") await pod.PostAsync($"cancel/{id}");

        (await pod.PostAsync($"retry/{id}")).ShouldBeProblem(
            HttpStatusCode.BadRequest, $"job is {status}; only FAILED or TIMED_OUT can be retried");
        (await pod.StatusAsync(id)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Retry_JobExpired_AnswersNotFound()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Answering("""{"error":"x"}"""));
        var id = await pod.RunAsync();
        await pod.EndAsync(id);
        pod.Clock.Advance(TimeSpan.FromMinutes(30));

        (await pod.PostAsync($"retry/{id}")).ShouldBeProblem(HttpStatusCode.NotFound, "job not found");
    }
}
