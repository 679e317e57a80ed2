using System.Text.Json;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class WebhookTests
{
    // No alarm of an idle worker may come between the tries.
    private static readonly EmulatorOptions LongIdle = new() { IdleTimeout = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Webhook_JobCompleted_GetsStatusViewInputAndItsUrl()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        await using var pod = await TestEmulator.StartAsync(TestHandler.Answering("[1]"));
        var id = await pod.RunAsync(Body(receiver.Url));

        var webhook = await receiver.NextAsync();

        webhook.UserAgent.ShouldBe("Go-http-client/2.0");
        webhook.ContentType.ShouldBe("application/json");
        var workerId = (await pod.StatusAsync(id))["workerId"].GetString();
        webhook.Body.GetRawText().ShouldBe($$"""
            {"id":"{{id}}","status":"COMPLETED","delayTime":0,"executionTime":0,"workerId":"{{workerId}}",
            "output":[1],"input":{"a":1},"webhook":"{{receiver.Url}}"}
            """.Replace("\n", ""));
    }

    [Fact]
    public async Task Webhook_JobFailed_IsToldToo()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        await using var pod = await TestEmulator.StartAsync(TestHandler.Answering("""{"error":"x"}"""));
        await pod.RunAsync(Body(receiver.Url));

        var webhook = await receiver.NextAsync();

        webhook.Body.GetProperty("status").GetString().ShouldBe("FAILED");
        webhook.Body.GetProperty("error").GetString().ShouldBe("x");
    }

    [Fact]
    public async Task Webhook_NotTaken_IsTriedAgainAfterFiveAndTwentySecondsThenNoMore()
    {
        await using var receiver = await WebhookReceiver.StartAsync(500, 404, 503);
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, LongIdle);
        var start = pod.Clock.GetUtcNow();
        await pod.RunAsync(Body(receiver.Url));

        foreach (var (number, second) in new[] { (1, 5), (2, 20) })
        {
            await receiver.NextAsync();
            await pod.Logs.WhenAsync($"was not taken at try {number}");
            await pod.Clock.WhenTimerDueBy(start.AddSeconds(second));
            pod.Clock.AdvanceTo(start.AddSeconds(second).AddMilliseconds(-1));
            pod.Statistics.WebhooksTried.ShouldBe(number);
            pod.Clock.AdvanceTo(start.AddSeconds(second));
        }

        await receiver.NextAsync();
        await pod.Logs.WhenAsync("was not taken after 3 tries");
        pod.Statistics.WebhooksTried.ShouldBe(3);
        pod.Statistics.WebhooksTaken.ShouldBe(0);
        receiver.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Webhook_TakenAtSecondTry_IsNotTriedAgain()
    {
        await using var receiver = await WebhookReceiver.StartAsync(500, 204);
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, LongIdle);
        var start = pod.Clock.GetUtcNow();
        var id = await pod.RunAsync(Body(receiver.Url));

        await receiver.NextAsync();
        await pod.Logs.WhenAsync("was not taken at try 1");
        await pod.Clock.WhenTimerDueBy(start.AddSeconds(5));
        pod.Clock.AdvanceTo(start.AddSeconds(5));
        await receiver.NextAsync();
        await pod.Logs.WhenAsync($"Webhook of job {id} was taken");

        pod.Statistics.WebhooksTried.ShouldBe(2);
        pod.Statistics.WebhooksTaken.ShouldBe(1);
    }

    [Fact]
    public async Task Webhook_NobodyListens_JobIsNotHarmed()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        var id = await pod.RunAsync(Body("http://127.0.0.1:9/hook"));

        (await pod.EndAsync(id)).Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task Webhook_JobCancelled_IsNotTold()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler);
        var cancelled = await pod.RunAsync(Body(receiver.Url));
        await pod.PostAsync($"cancel/{cancelled}");
        var other = await pod.RunAsync(Body(receiver.Url));
        handler.Complete(other);

        (await receiver.NextAsync()).Body.GetProperty("id").GetString().ShouldBe(other);
        pod.Statistics.WebhooksTried.ShouldBe(1);
    }

    [Fact]
    public async Task Webhook_JobCancelled_IsToldIfAsked()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        await using var pod = await TestEmulator.StartAsync(
            new HeldHandler(), new EmulatorOptions { WebhookOnCancel = true });
        var id = await pod.RunAsync(Body(receiver.Url));

        await pod.PostAsync($"cancel/{id}");

        var body = (await receiver.NextAsync()).Body;
        body.GetProperty("id").GetString().ShouldBe(id);
        body.GetProperty("status").GetString().ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task Webhook_JobTimedOut_IsTold()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        await using var pod = await TestEmulator.StartAsync(
            new HeldHandler(), new EmulatorOptions { ReportTimedOut = true, DefaultExecutionTimeout = TimeSpan.FromSeconds(9) });
        await pod.RunAsync(Body(receiver.Url));

        pod.Clock.Advance(TimeSpan.FromSeconds(9));

        (await receiver.NextAsync()).Body.GetProperty("status").GetString().ShouldBe("TIMED_OUT");
    }

    [Fact]
    public async Task Webhook_ReceiverTooSlow_IsTriedAgainAndNoHandlerWaits()
    {
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.NoAnswer, 200);
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, LongIdle);
        var start = pod.Clock.GetUtcNow();
        var id = await pod.RunAsync(Body(receiver.Url));
        await receiver.NextAsync();
        (await pod.EndAsync(id)).Status.ShouldBe("COMPLETED");

        await pod.Clock.WhenTimerDueBy(start.AddSeconds(10));
        pod.Clock.AdvanceTo(start.AddSeconds(10));
        await pod.Logs.WhenAsync("was not taken at try 1");
        await pod.Clock.WhenTimerDueBy(start.AddSeconds(15));
        pod.Clock.AdvanceTo(start.AddSeconds(15));

        await receiver.NextAsync();
        await pod.Logs.WhenAsync($"Webhook of job {id} was taken");
        pod.Statistics.WebhooksTried.ShouldBe(2);
    }

    [Fact]
    public async Task Webhook_LateByAFault_ComesThen()
    {
        await using var receiver = await WebhookReceiver.StartAsync(200);
        var faults = Faults.FaultPlan.Parse("""{"faults":[{"kind":"webhook_late","delay_s":60}]}""");
        await using var pod = await TestEmulator.StartAsync(
            TestHandler.Echo, new EmulatorOptions { Faults = faults, IdleTimeout = TimeSpan.FromHours(1) });
        var due = pod.Clock.GetUtcNow().AddSeconds(60);
        var id = await pod.RunAsync(Body(receiver.Url));
        await pod.Clock.WhenTimerDueBy(due);
        pod.Clock.AdvanceTo(due.AddMilliseconds(-1));
        pod.Statistics.WebhooksTried.ShouldBe(0);

        pod.Clock.AdvanceTo(due);

        (await receiver.NextAsync()).Body.GetProperty("id").GetString().ShouldBe(id);
    }

    private static string Body(string url) =>
        $$$"""{"webhook":{{{JsonSerializer.Serialize(url)}}},"input":{"a":1}}""";
}
