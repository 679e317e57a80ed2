using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Looking;

/// <summary>Jobs that may bill on, over HTTP.</summary>
public sealed class JobsTests
{
    [Fact]
    public async Task Jobs_OfALiveRun_AreListedAndLeftToIt()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        await host.StartAsync("live", count: 2, more: ""","workers":2""");
        await gate.Seen;
        await Calls.UntilAsync(async () => (await host.GetAsync("/api/jobs")).Json.GetArrayLength(), count => count == 2);

        var job = (await host.GetAsync("/api/jobs?run=live")).Json[0];
        var left = (await host.PostAsync("/api/jobs/cancel")).With(HttpStatusCode.Accepted).Json;

        job.GetProperty("run_id").GetString().ShouldBe("live");
        job.GetProperty("reason").GetString().ShouldBe("watched");
        left.GetArrayLength().ShouldBe(2);
        host.Backend.Cancels.ShouldBeEmpty();
        (await host.GetAsync("/api/jobs?run=other")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Jobs_OfARunThatHasEnded_AreNone()
    {
        await using var host = await HostHarness.StartAsync();
        await host.StartAsync("ended");
        await host.EndOfAsync("ended");

        (await host.GetAsync("/api/jobs")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Jobs_OfARunThatIsNone_AreNotFound()
    {
        await using var host = await HostHarness.StartAsync();

        (await host.GetAsync("/api/jobs?run=a%20b")).Problem.ShouldBe("not-found");
    }
}
