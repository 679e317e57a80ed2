using System.Net;
using Serverless.Emulator.Tests.Support;
using Serverless.TestKit;

namespace Serverless.Emulator.Tests;

public sealed class EmulatorTests
{
    [Fact]
    public async Task Start_PortFree_ListensOnLoopback()
    {
        await using var emulator = await RunPodEmulator.StartAsync(new EmulatorOptions(), TestHandler.Echo);

        emulator.BaseAddress.Host.ShouldBe("127.0.0.1");
        emulator.BaseAddress.AbsolutePath.ShouldBe("/v2");
        emulator.BaseAddress.Port.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Start_PortTaken_Throws()
    {
        await using var first = await RunPodEmulator.StartAsync(new EmulatorOptions(), TestHandler.Echo);
        var options = new EmulatorOptions { Port = first.BaseAddress.Port };

        await Should.ThrowAsync<IOException>(() => RunPodEmulator.StartAsync(options, TestHandler.Echo));
    }

    [Fact]
    public async Task Dispose_JobsAndCallsOpen_StopsThemAll()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(handler, new EmulatorOptions { WorkersMax = 1 });
        var running = await pod.RunAsync();
        await pod.RunAsync();
        var waiting = pod.EndAsync(running);

        await pod.Emulator.DisposeAsync();
        await pod.Emulator.DisposeAsync();

        await handler.Stopped(running);
        await Should.ThrowAsync<HttpRequestException>(() => waiting);
        pod.Statistics.Executions.ShouldBe(1);
        pod.Statistics.Running.ShouldBe(0);
    }

    [Fact]
    public async Task Client_GoesAwayWhileWaiting_JobGoesOn()
    {
        var handler = new HeldHandler();
        await using var pod = await TestEmulator.StartAsync(
            handler, new EmulatorOptions { IdleTimeout = TimeSpan.FromHours(1) });
        using var gone = new CancellationTokenSource();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Authorization", "key");
        var due = pod.Clock.GetUtcNow().AddSeconds(90);
        var call = http.PostAsync(pod.Endpoint + "runsync", new StringContent("""{"input":{"a":1}}"""), gone.Token);
        await pod.Clock.WhenTimerDueBy(due);

        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        var id = pod.Statistics.Submissions.Single().JobId;
        handler.Complete(id);

        (await pod.EndAsync(id)).Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task Submissions_InputHasAttempt_AreKnownByIt()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        await pod.RunAsync("""{"input":{"run_id":"etl-1","chunk":3,"attempt":2,"flashpoints":[]}}""");
        await pod.RunAsync("""{"input":{"attempt_id":"etl-1:0:1"}}""");
        await pod.RunAsync("""{"input":{"chunk":3}}""");

        pod.Statistics.Submissions.Select(job => job.AttemptId).ShouldBe(["etl-1:3:2", "etl-1:0:1", null]);
    }

    [Fact]
    public async Task Log_JobsRun_HoldsNoPayloadAndNoKey()
    {
        // With a seed: some day the letters of a worker's id would have the key among them.
        await using var pod = await TestEmulator.StartAsync(
            new TestHandler(job => throw new InvalidOperationException(job.Input.GetRawText())),
            new EmulatorOptions { ApiKey = "key", Seed = 1 });
        await pod.EndAsync(await pod.RunAsync("""{"input":{"a":"secret words"}}"""));

        pod.Logs.Lines.ShouldNotBeEmpty();
        pod.Logs.Lines.ShouldAllBe(line => !line.Contains("secret words") && !line.Contains("key"));
    }

    [Fact]
    public async Task Jobs_FiveThousandAtOnce_AllEnd()
    {
        const int Jobs = 5000;
        var options = new EmulatorOptions { WorkersMax = 50, RateLimits = false };
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo, options);
        var ended = 0;

        await Parallel.ForAsync(0, Jobs, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
        {
            var end = await pod.EndAsync(await pod.RunAsync());
            if (end.Status == "COMPLETED") Interlocked.Increment(ref ended);
        });

        ended.ShouldBe(Jobs);
        pod.Statistics.JobsSubmitted.ShouldBe(Jobs);
        pod.Statistics.Executions.ShouldBe(Jobs);
        pod.Statistics.MaxRunning.ShouldBeLessThanOrEqualTo(50);
        pod.Clock.Advance(TimeSpan.FromMinutes(30));
        foreach (var job in pod.Statistics.Submissions.Take(20)) await pod.ShouldBeGoneAsync(job.JobId);
    }

    [Fact]
    public async Task Options_OutOfRange_NameFieldValueAndWhatIsAllowed()
    {
        await RefusedAsync(new() { Port = 70_000 }, "Port: 70000 is not allowed; allowed: 0 to 65535");
        await RefusedAsync(new() { WorkersMax = -1 }, "WorkersMax: -1 is not allowed; allowed: 0 to 10000");
        await RefusedAsync(new() { WorkersMin = 4 }, "WorkersMin: 4 is not allowed; allowed: 0 to 3");
        await RefusedAsync(new() { MaxRedispatches = -1 }, "MaxRedispatches: -1 is not allowed");
        await RefusedAsync(new() { EndpointId = "a/b" }, "EndpointId: a/b is not allowed");
        await RefusedAsync(new() { ApiKey = " " }, "ApiKey: blank");
        await RefusedAsync(new() { ColdStart = TimeSpan.FromSeconds(-1) }, "ColdStart: -00:00:01 is not allowed");
        await RefusedAsync(
            new() { Address = IPAddress.Any },
            "Address: 0.0.0.0 is not allowed; allowed: a loopback address unless there is an ApiKey");
    }

    private static async Task RefusedAsync(EmulatorOptions options, string message)
    {
        var clock = new ManualClock();
        var error = await Should.ThrowAsync<ArgumentException>(
            () => RunPodEmulator.StartAsync(options, TestHandler.Echo, clock));
        error.Message.ShouldStartWith(message);
    }
}
