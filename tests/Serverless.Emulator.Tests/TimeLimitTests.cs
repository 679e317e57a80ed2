using System.Net;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class TimeLimitTests
{
    private const string ShortPolicy = """{"input":{"a":1},"policy":{"executionTimeout":5000,"ttl":60000}}""";

    [Fact]
    public async Task ExecutionTimeout_Exceeded_FailsJobAndStopsHandler()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler);
        var id = await pod.RunAsync(ShortPolicy);

        pod.Clock.Advance(TimeSpan.FromMilliseconds(4999));
        (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");
        pod.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await pod.StatusAsync(id)).Text.ShouldBe(
            $$"""{"id":"{{id}}","status":"FAILED","executionTime":5000,"error":"executionTimeout exceeded"}""");
        await handler.Stopped(id);
    }

    [Fact]
    public async Task ExecutionTimeout_ReportTimedOut_EndsTimedOut()
    {
        await using var pod = await TestEmulator.StartAsync(
            new HeldHandler(), new EmulatorOptions { ReportTimedOut = true });
        var id = await pod.RunAsync(ShortPolicy);

        pod.Clock.Advance(TimeSpan.FromSeconds(5));

        (await pod.StatusAsync(id)).Status.ShouldBe("TIMED_OUT");
    }

    [Fact]
    public async Task ExecutionTimeout_NotGiven_IsTenMinutesFromPickUp()
    {
        var options = new EmulatorOptions { ColdStart = TimeSpan.FromSeconds(40) };
        await using var pod = await TestEmulator.StartAsync(new HeldHandler(), options);
        var id = await pod.RunAsync();
        pod.Clock.Advance(TimeSpan.FromSeconds(40));

        pod.Clock.Advance(TimeSpan.FromSeconds(599));
        (await pod.StatusAsync(id)).Status.ShouldBe("IN_PROGRESS");
        pod.Clock.Advance(TimeSpan.FromSeconds(1));

        (await pod.StatusAsync(id)).Status.ShouldBe("FAILED");
    }

    [Fact]
    public async Task TimeToLive_OverWhileQueued_JobIsGone()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, new EmulatorOptions { WorkersMax = 0 });
        var id = await pod.RunAsync(ShortPolicy);

        pod.Clock.Advance(TimeSpan.FromMilliseconds(59_999));
        (await pod.StatusAsync(id)).Status.ShouldBe("IN_QUEUE");
        pod.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await pod.ShouldBeGoneAsync(id);
        (await pod.GetAsync("health"))["jobs"].GetProperty("inQueue").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task TimeToLive_OverWhileRunning_JobIsGoneHandlerStoppedAndWorkerFreed()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler, new EmulatorOptions { WorkersMax = 1 });
        var id = await pod.RunAsync("""{"input":{"a":1},"policy":{"ttl":10000}}""");
        var next = await pod.RunAsync();

        pod.Clock.Advance(TimeSpan.FromSeconds(10));
        await handler.Stopped(id);
        handler.Complete(next);

        await pod.ShouldBeGoneAsync(id);
        (await pod.EndAsync(next)).Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task TimeToLive_ShorterThanRetention_EndsTheResultToo()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var id = await pod.RunAsync(ShortPolicy);
        await pod.EndAsync(id);

        pod.Clock.Advance(TimeSpan.FromSeconds(60));

        await pod.ShouldBeGoneAsync(id);
    }

    [Theory]
    [InlineData("run", 30 * 60)]
    [InlineData("runsync", 60)]
    public async Task Retention_Over_JobIsGone(string path, int seconds)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var id = (await pod.PostAsync(path, """{"input":{"a":1}}"""))["id"].GetString()!;
        await pod.EndAsync(id);

        pod.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        (await pod.StatusAsync(id)).Status.ShouldBe("COMPLETED");
        pod.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await pod.ShouldBeGoneAsync(id);
    }

    [Fact]
    public async Task StatusTtl_Given_JobLivesThatLongOnly()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var id = await pod.RunAsync();
        await pod.EndAsync(id);

        (await pod.PostAsync($"status/{id}?ttl=6000")).Status.ShouldBe("COMPLETED");
        pod.Clock.Advance(TimeSpan.FromMilliseconds(5999));
        (await pod.StatusAsync(id)).Status.ShouldBe("COMPLETED");
        pod.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await pod.ShouldBeGoneAsync(id);
    }

    [Fact]
    public async Task StatusTtl_LongerThanRetention_DoesNotExtendIt()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var id = await pod.RunAsync();
        await pod.EndAsync(id);

        await pod.GetAsync($"status/{id}?ttl=36000000");
        pod.Clock.Advance(TimeSpan.FromMinutes(30));

        await pod.ShouldBeGoneAsync(id);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("x")]
    [InlineData("604800001")]
    public async Task StatusTtl_OutOfRange_IsRefused(string ttl)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var id = await pod.RunAsync();

        var answer = await pod.GetAsync($"status/{id}?ttl={ttl}");

        answer.ShouldBe(HttpStatusCode.BadRequest);
        answer["error"].GetString().ShouldBe("ttl is invalid; must be between 1 and 604800000");
    }
}
