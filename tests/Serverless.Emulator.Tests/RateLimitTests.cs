using System.Net;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Limit_Exceeded_Answers429UntilTheNextWindow()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        pod.Clock.Advance(TimeSpan.FromSeconds(9));

        for (var i = 0; i < 2; i++) (await pod.PostAsync("purge-queue")).ShouldBe(HttpStatusCode.OK);
        var tooMany = await pod.PostAsync("purge-queue");
        pod.Clock.Advance(TimeSpan.FromSeconds(1));
        var nextWindow = await pod.PostAsync("purge-queue");

        tooMany.ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate limit exceeded");
        tooMany.RetryAfter.ShouldBeNull();
        pod.Statistics.LimitsExceeded.ShouldBe(1);
        nextWindow.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("run", 1000)]
    [InlineData("runsync", 2000)]
    [InlineData("status/x", 2000)]
    [InlineData("stream/x", 2000)]
    [InlineData("cancel/x", 100)]
    public async Task Limit_PerOperation_IsTheDocumentedOne(string path, int limit)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        (await AdmittedAsync(pod, path, limit + 3)).ShouldBe(limit);
    }

    [Fact]
    public async Task Limit_StatusSync_CountsAsStatus()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        (await AdmittedAsync(pod, "status/x", 1500)).ShouldBe(1500);
        (await AdmittedAsync(pod, "status-sync/x", 503)).ShouldBe(500);
    }

    [Fact]
    public async Task Limit_ManyWorkersRun_GrowsWithThem()
    {
        await using var pod = await TestEmulator.StartAsync(new HeldHandler(), new EmulatorOptions { WorkersMax = 6 });
        for (var i = 0; i < 6; i++) await pod.RunAsync();

        (await AdmittedAsync(pod, "cancel/x", 125)).ShouldBe(120);
    }

    [Fact]
    public async Task Limit_SwitchedOff_AdmitsAll()
    {
        await using var pod = await TestEmulator.StartAsync(
            TestHandler.Echo, new EmulatorOptions { RateLimits = false });

        (await AdmittedAsync(pod, "cancel/x", 150)).ShouldBe(150);
    }

    private static async Task<int> AdmittedAsync(TestEmulator pod, string path, int calls)
    {
        var admitted = 0;
        await Parallel.ForAsync(0, calls, async (_, _) =>
        {
            var answer = await pod.PostAsync(path, "[]");
            if (answer.Code != HttpStatusCode.TooManyRequests) Interlocked.Increment(ref admitted);
        });
        return admitted;
    }
}
