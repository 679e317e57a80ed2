using Serverless.Emulator.Faults;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class ProgressTests
{
    private const string ThreeFlashpoints = """{"input":{"flashpoints":[{"id":"a"},{"id":"b"},{"id":"c"}]}}""";

    [Fact]
    public async Task Progress_WhileTheJobRuns_IsShownAsOutputAndTheResultReplacesIt()
    {
        var handler = new HeldHandler();
        await using var pod = await StartAsync("""{"kind":"progress"}""", handler);
        var id = await pod.RunAsync(ThreeFlashpoints);

        var running = await pod.StatusAsync(id);
        handler.Complete(id, "[1]");
        var end = await pod.EndAsync(id);

        running.Status.ShouldBe("IN_PROGRESS");
        running["output"].GetString().ShouldBe("0 flashpoints done");
        running["executionTime"].GetInt64().ShouldBe(0);
        end.Status.ShouldBe("COMPLETED");
        end["output"].GetRawText().ShouldBe("[1]");
    }

    [Fact]
    public async Task LateProgress_AfterTheResult_LeavesTheJobInProgressUntilAClientEndsIt()
    {
        await using var pod = await StartAsync("""{"kind":"late_progress"}""", TestHandler.Answering("[1,2,3]"));
        await using var receiver = await WebhookReceiver.StartAsync(200);
        var id = await pod.RunAsync($$"""{"webhook":"{{receiver.Url}}",{{ThreeFlashpoints[1..]}}""");
        (await receiver.NextAsync()).Body.GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");
        pod.Clock.Advance(TimeSpan.FromHours(2));

        var stuck = await pod.StatusAsync(id);
        var cancelled = await pod.PostAsync($"cancel/{id}");

        stuck.Status.ShouldBe("IN_PROGRESS");
        stuck["output"].GetString().ShouldBe("3 flashpoints done");
        cancelled.Status.ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task LateProgress_WithADelay_TakesTheResultBackThen()
    {
        await using var pod = await StartAsync("""{"kind":"late_progress","delay_s":3}""", TestHandler.Answering("[1]"));
        var id = await pod.RunAsync(ThreeFlashpoints);
        (await pod.EndAsync(id)).Status.ShouldBe("COMPLETED");

        pod.Clock.Advance(TimeSpan.FromSeconds(3));

        (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");
    }

    [Fact]
    public async Task LateProgress_JobThatNobodyEnds_IsGoneAfterItsTimeToLive()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        await using var pod = await StartAsync("""{"kind":"late_progress"}""", TestHandler.Answering("[1]"));
        var id = await pod.RunAsync($$"""{"webhook":"{{receiver.Url}}",{{ThreeFlashpoints[1..]}}""");
        (await receiver.NextAsync()).Body.GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");

        pod.Clock.Advance(TimeSpan.FromHours(24));

        await pod.ShouldBeGoneAsync(id);
    }

    private static Task<TestEmulator> StartAsync(string fault, Serverless.Workers.IWorkerHandler handler) =>
        TestEmulator.StartAsync(handler, new EmulatorOptions { Faults = FaultPlan.Parse($$"""{"faults":[{{fault}}]}""") });
}
