using System.Net;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class RunSyncTests
{
    private const string Body = """{"input":{"a":1}}""";

    [Fact]
    public async Task RunSync_JobDoneWithinWait_AnswersFullView()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        var answer = await pod.PostAsync("runsync", Body);

        answer.Status.ShouldBe("COMPLETED");
        answer["id"].GetString()!.ShouldStartWith("sync-");
        answer["id"].GetString()!.ShouldEndWith("-u1");
        answer["output"].GetRawText().ShouldBe("""{"a":1}""");
        answer.Members.ShouldBe(["id", "status", "delayTime", "executionTime", "workerId", "output"]);
    }

    [Theory]
    [InlineData("runsync", 90)]
    [InlineData("runsync?wait=1000", 1)]
    [InlineData("runsync?wait=300000", 300)]
    public async Task RunSync_WaitOver_AnswersUnfinishedViewWithId(string path, int seconds)
    {
        await using var pod = await TestEmulator.StartAsync(new HeldHandler(), LongIdle());
        var due = pod.Clock.GetUtcNow().AddSeconds(seconds);

        var call = pod.PostAsync(path, Body);
        await pod.Clock.WhenTimerDueBy(due);
        pod.Clock.AdvanceTo(due.AddMilliseconds(-1));
        call.IsCompleted.ShouldBeFalse();
        pod.Clock.AdvanceTo(due);
        var answer = await call;

        answer.ShouldBe(HttpStatusCode.OK);
        answer.Status.ShouldBe("IN_PROGRESS");
        answer["id"].GetString()!.ShouldStartWith("sync-");
    }

    [Theory]
    [InlineData("runsync?wait=999")]
    [InlineData("runsync?wait=300001")]
    [InlineData("runsync?wait=soon")]
    [InlineData("status-sync/x?wait=-1")]
    [InlineData("stream/x?wait=")]
    public async Task Wait_OutOfRange_IsRefusedAndNothingSubmitted(string path)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        var answer = await pod.PostAsync(path, Body);

        answer.ShouldBe(HttpStatusCode.BadRequest);
        answer["error"].GetString().ShouldBe("wait is invalid; must be between 1000 and 300000");
        pod.Statistics.JobsSubmitted.ShouldBe(0);
    }

    [Fact]
    public async Task StatusSync_JobEndsWhileWaiting_AnswersAtOnce()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler, LongIdle());
        var id = await pod.RunAsync();
        var due = pod.Clock.GetUtcNow().AddSeconds(90);

        var call = pod.PostAsync($"status-sync/{id}");
        await pod.Clock.WhenTimerDueBy(due);
        handler.Complete(id);

        (await call).Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task StatusSync_JobUnknown_AnswersNotFound()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        (await pod.GetAsync("status-sync/x")).ShouldBeProblem(HttpStatusCode.NotFound, "job not found");
    }

    [Fact]
    public async Task RunSync_JobExpiresWhileWaiting_AnswersNotFound()
    {
        await using var pod = await TestEmulator.StartAsync(new HeldHandler(), LongIdle());
        var due = pod.Clock.GetUtcNow().AddSeconds(10);

        var call = pod.PostAsync("runsync", """{"input":{"a":1},"policy":{"ttl":10000}}""");
        await pod.Clock.WhenTimerDueBy(due);
        pod.Clock.AdvanceTo(due);

        (await call).ShouldBeProblem(HttpStatusCode.NotFound, "job not found");
    }

    private static EmulatorOptions LongIdle() => new() { IdleTimeout = TimeSpan.FromHours(1) };
}
