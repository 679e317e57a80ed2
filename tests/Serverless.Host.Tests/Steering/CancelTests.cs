using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Steering;

public sealed class CancelTests
{
    [Fact]
    public async Task Cancel_OfALiveRun_IsAcceptedAndItsJobsAreCancelled()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        await host.StartAsync("live", count: 5, more: ""","workers":2""");
        await Calls.UntilAsync(() => Task.FromResult(host.Backend.Submissions.Count), count => count == 2);

        var answer = (await host.PostAsync("/api/runs/live/cancel")).With(HttpStatusCode.Accepted);

        answer.Json.GetProperty("id").GetString().ShouldBe("live");
        answer.Header("Location")!.ShouldEndWith("/instances/live");
        await host.EndOfAsync("live");
        host.Backend.Cancels.Order().ShouldBe(["job-1", "job-2"]);
        host.Backend.Submissions.Count.ShouldBe(2);
        var run = (await host.GetAsync("/api/runs/live")).Json;
        run.GetProperty("state").GetString().ShouldBe("cancelled");
        run.GetProperty("report").GetProperty("cancelled").GetBoolean().ShouldBeTrue();
        (await host.GetAsync("/api/runs/live/results")).Json.GetArrayLength().ShouldBe(5);
    }

    /// <summary>The host dies as soon as it has said yes; whoever starts it again finds the wish.</summary>
    [Fact]
    public async Task Cancel_ThenStopAtOnce_CancelsTheJobsAfterTheNextStart()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        await host.StartAsync("live", count: 3, more: ""","workers":3""");
        await Calls.UntilAsync(() => Task.FromResult(host.Backend.Submissions.Count), count => count == 3);

        (await host.PostAsync("/api/runs/live/cancel")).With(HttpStatusCode.Accepted);
        await host.StopAsync();
        await host.StartAgainAsync();

        await host.EndOfAsync("live");
        host.Backend.Cancels.Distinct().Order().ShouldBe(["job-1", "job-2", "job-3"]);
        (await host.GetAsync("/api/runs/live")).Json.GetProperty("state").GetString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task Cancel_Twice_IsOneCancel()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        await host.StartAsync("live", count: 1);
        await gate.Seen;

        var answers = await Task.WhenAll(host.PostAsync("/api/runs/live/cancel"), host.PostAsync("/api/runs/live/cancel"));

        // The second may come when all is over.
        answers.ShouldAllBe(answer => answer.Code == 202 || answer.Code == 409);
        answers.ShouldContain(answer => answer.Code == 202);
        await host.EndOfAsync("live");
        host.Backend.Cancels.ShouldBe(["job-1"]);
    }

    [Fact]
    public async Task Cancel_OfAnEndedRun_IsAConflict()
    {
        await using var host = await HostHarness.StartAsync();
        await host.StartAsync("ended");
        await host.EndOfAsync("ended");

        var answer = await host.PostAsync("/api/runs/ended/cancel");

        answer.Problem.ShouldBe("conflict");
        answer.Detail.ShouldBe("The run 'ended' has ended: it is Completed.");
    }
}
