using System.Net;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Work;

/// <summary>What happens to starts and to health when there is no pod.</summary>
public sealed class PresenceTests
{
    private readonly ManualClock _clock = new();

    private HostHarnessOptions WithPods => new() { Pods = true, Clock = _clock };

    [Fact]
    public async Task Start_NoPodForMoreThanAMinute_IsRefusedWithTheTimeSince()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        await new FakePod(host).BeatAsync();
        _clock.Advance(TimeSpan.FromSeconds(75));

        var answer = await host.PostAsync("/api/runs", Calls.RunBody("etl-1"));

        answer.With(HttpStatusCode.ServiceUnavailable).Problem.ShouldBe("worker-offline");
        answer.Detail.ShouldStartWith("Worker offline (last seen 75s ago)");
        answer.Header("Retry-After").ShouldBe("30");
        (await host.GetAsync("/api/runs/etl-1")).With(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Start_APodWithinAMinute_IsTaken()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        await new FakePod(host).BeatAsync();
        _clock.Advance(TimeSpan.FromSeconds(60));

        (await host.PostAsync("/api/runs", Calls.RunBody("etl-1"))).With(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Start_NoPodAndTheCallerWouldWait_IsTaken()
    {
        await using var host = await HostHarness.StartAsync(WithPods);

        (await host.PostAsync("/api/runs", Calls.RunBody("etl-1"))).With(HttpStatusCode.ServiceUnavailable)
            .Detail.ShouldStartWith("Worker offline (never seen)");
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-1"))).With(HttpStatusCode.Accepted);

        // What is there already needs no pod to be asked for again.
        (await host.PostAsync("/api/runs", Calls.RunBody("etl-1"))).With(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Health_NoPodForMoreThanAMinute_IsNotWell()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        await new FakePod(host).BeatAsync();
        (await host.GetAsync("/api/health")).With(HttpStatusCode.OK);

        _clock.Advance(TimeSpan.FromSeconds(75));

        (await host.GetAsync("/api/health")).With(HttpStatusCode.ServiceUnavailable).Json.GetProperty("reason").GetString()
            .ShouldBe("Worker offline (last seen 75s ago)");
    }

    [Theory]
    [InlineData("\"serverless\"", HttpStatusCode.BadRequest, "allowed is runpod, pods, local or hybrid")]
    [InlineData("\"local\"", HttpStatusCode.BadRequest, "cannot be had here")]
    [InlineData("\"pods\"", HttpStatusCode.Accepted, "")]
    public async Task Start_WithABackend_GoesThereOrSaysWhatIsAllowed(string backend, HttpStatusCode status, string says)
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        var body = $$$"""{"run_id":"etl-1","options":{"backend":{{{backend}}}},"flashpoints":[{"id":"a"}]}""";

        (await host.PostAsync("/api/runs?queue=true", body)).With(status).Text.ShouldContain(says);
    }
}
