using System.Net;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Access;

public sealed class PaceTests
{
    private static readonly HostHarnessOptions OneASecond = new() { RequestsPerSecond = 1 };

    [Fact]
    public async Task Requests_AboveThePace_AreRefusedWithAWait()
    {
        await using var host = await HostHarness.StartAsync(OneASecond);

        var refused = await UntilRefusedAsync(host);

        refused.Problem.ShouldBe("too-many-requests");
        int.Parse(refused.Header("Retry-After")!).ShouldBeInRange(1, 2);
        refused.Detail.ShouldContain("MAX_REQUESTS_PER_SECOND");
    }

    [Fact]
    public async Task Health_AboveThePace_IsAnsweredStill()
    {
        await using var host = await HostHarness.StartAsync(OneASecond);
        await UntilRefusedAsync(host);

        for (var i = 0; i < 20; i++)
        {
            foreach (var path in new[] { "/alive", "/ready", "/api/health" }) (await host.GetAsync(path)).With(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Webhook_AboveThePace_IsTakenStill()
    {
        await using var host = await HostHarness.StartAsync(OneASecond);
        await UntilRefusedAsync(host);

        (await host.PostAsync("/api/runpod/webhook/forged", "{}")).Problem.ShouldBe("not-found");
    }

    [Fact]
    public async Task Pace_OfOneKey_IsNotThatOfAnother()
    {
        const string Loud = "loud-0123456789abcdef";
        const string Calm = "calm-0123456789abcdef";
        await using var host = await HostHarness.StartAsync(OneASecond with
        {
            Settings = new() { ApiKey = new Secret($"loud={Loud},calm={Calm}") },
        });
        await UntilRefusedAsync(host, ("x-functions-key", Loud));

        (await host.GetAsync("/api/runs", ("x-functions-key", Calm))).With(HttpStatusCode.OK);
    }

    /// <summary>Whoever tries keys out is slowed down, and slows nobody else down.</summary>
    [Fact]
    public async Task Keys_TriedOut_AreRefusedAboveThePace()
    {
        const string Key = "good-0123456789abcdef";
        await using var host = await HostHarness.StartAsync(OneASecond with { Settings = new() { ApiKey = new Secret(Key) } });

        var refused = await UntilRefusedAsync(host, ("x-functions-key", "guess"));

        refused.Problem.ShouldBe("too-many-requests");
        (await host.GetAsync("/api/runs", ("x-functions-key", Key))).With(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Runs_AboveTheirNumber_AreRefusedUntilOneHasEnded()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script, Settings = new() { MaxLiveRuns = 2 } });
        await host.StartAsync("one");
        await host.StartAsync("two");

        var refused = await host.PostAsync("/api/runs", Calls.RunBody("three"));

        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Problem.ShouldBe("too-many-runs");
        refused.Header("Retry-After").ShouldBe("30");
        (await host.GetAsync("/api/runs/three")).Problem.ShouldBe("not-found");
        (await host.PostAsync("/api/runs", Calls.RunBody("two", 1, ""","date":"2025-01-01","trigger":"test" """))).With(HttpStatusCode.OK);
        gate.Open();
        await host.EndOfAsync("one");
        (await host.PostAsync("/api/runs", Calls.RunBody("three"))).With(HttpStatusCode.Accepted);
    }

    /// <summary>Asks many times at once: one after the other might take a second each.</summary>
    private static async Task<Answer> UntilRefusedAsync(HostHarness host, params (string, string)[] headers)
    {
        var answers = await Calls.UntilAsync(
            () => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.GetAsync("/api/runs", headers))),
            all => all.Any(answer => answer.Status == HttpStatusCode.TooManyRequests));
        return answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
    }
}
