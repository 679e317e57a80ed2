using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Work;

/// <summary>Runs whose jobs are taken by pods, over real HTTP.</summary>
public sealed class PodRunTests
{
    private static readonly HostHarnessOptions WithPods = new() { Pods = true };

    [Fact]
    public async Task Run_TakenByTwoPods_HasEveryResultInOrder()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-1", count: 4, more: ""","workers":2""")))
            .With(HttpStatusCode.Accepted);

        var pods = new[] { new FakePod(host, "p1"), new FakePod(host, "p2") };
        await Task.WhenAll(pods.Select(async pod =>
        {
            await pod.WorkAsync();
            await pod.WorkAsync();
        })).WaitAsync(HostHarness.Patience);
        await host.EndOfAsync("etl-1");

        var results = await host.GetJsonAsync("/api/runs/etl-1/results");
        results.EnumerateArray().Select(result => result.GetProperty("id").GetString()).ShouldBe(["fp-0", "fp-1", "fp-2", "fp-3"]);
        var run = await host.GetJsonAsync("/api/runs/etl-1");
        run.GetProperty("state").GetString().ShouldBe("completed");
    }

    [Fact]
    public async Task Run_PodDiedAfterOneResult_IsGoneOnWithByTheNextWithoutDoingItAgain()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        (await host.PostAsync(
            "/api/runs?queue=true", """{"run_id":"etl-2","workers":1,"flashpoints":[{"id":"a"},{"id":"b"},{"id":"c"}]}"""))
            .With(HttpStatusCode.Accepted);
        var dead = new FakePod(host, "dead");
        var lease = await dead.TakeAsync();
        await dead.SendAsync(lease.Lease, "a");

        // Its agent is started again, in the same pod, and knows nothing any more.
        var restarted = new FakePod(host, "dead", session: "s2");
        var ids = await restarted.WorkAsync();
        await host.EndOfAsync("etl-2");

        ids.ShouldBe(["b", "c"]);
        (await host.GetJsonAsync("/api/runs/etl-2/results")).GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task Run_HostStoppedMeanwhile_GoesOnWithThePodThatHoldsIt()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-3", count: 1))).With(HttpStatusCode.Accepted);
        var pod = new FakePod(host);
        var lease = await pod.TakeAsync();
        await host.StopAsync();
        await host.StartAgainAsync();

        await pod.SendAsync(lease.Lease, "fp-0");
        await pod.CompleteAsync(lease.Lease);

        await host.EndOfAsync("etl-3");
        (await host.GetJsonAsync("/api/runs/etl-3/results"))[0].GetProperty("by").GetString().ShouldBe("p1");
    }

    [Fact]
    public async Task Run_Cancelled_TellsThePodToStop()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-4", count: 1))).With(HttpStatusCode.Accepted);
        var pod = new FakePod(host);
        var lease = await pod.TakeAsync();

        (await host.PostAsync("/api/runs/etl-4/cancel")).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("etl-4");

        var order = (await pod.BeatAsync(lease.Lease)).Jobs.ShouldHaveSingleItem();
        order.Command.ShouldBe(Protocol.WorkCommand.Stop);
        order.Reason.ShouldBe("it was cancelled");
    }
}
