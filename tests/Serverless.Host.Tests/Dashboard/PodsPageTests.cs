using Microsoft.Playwright;
using Serverless.Host.Tests.Harness;
using Serverless.Host.Tests.Work;
using Serverless.Protocol;
using Serverless.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Host.Tests.Dashboard;

/// <summary>The page about pods.</summary>
[Collection(BrowserTests.Name)]
public sealed class PodsPageTests(Browser browser)
{
    /// <summary>Its clock stands still, so that no pod is offline and no lease has run out however slow the browser is. It shows
    /// the time of the browser's, which draws the last day.</summary>
    private static HostHarnessOptions WithPods => new() { Pods = true, Clock = new ManualClock(TimeProvider.System.GetUtcNow()) };

    [BrowserFact]
    public async Task Pods_BeforeAny_SaysWhatToDo()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        await using var window = await browser.OpenAsync(host.Address);

        await window.GoAsync("/#/pods");

        await Expect(window.Page.GetByText("No pod has called yet")).ToBeVisibleAsync();
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Pods_WorkingAndTaken_AreShownWithTheirInterruptions()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-1", count: 4))).With(System.Net.HttpStatusCode.Accepted);
        var (working, noticed) = (new FakePod(host, "h5b2"), new FakePod(host, "k1"));
        var lease = await working.TakeAsync();
        await working.BeatAsync(lease.Lease);
        await noticed.TakeAsync();
        await noticed.PostAsync(
            WorkPaths.Heartbeat,
            new HeartbeatRequest
            {
                Identity = noticed.Identity,
                Facts = FakePod.Facts(PodState.Draining),
                Notice = new InterruptionNotice { Kind = "aws-instance-action", SecondsLeft = 118 },
            },
            WorkJson.Default.HeartbeatRequest);
        await new FakePod(host, "k1", session: "s2").LeaseAsync();
        await using var window = await browser.OpenAsync(host.Address);

        await window.GoAsync("/#/pods");

        var rows = window.Page.Locator("table.pods tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("local/h5b2");
        await Expect(rows.First).ToContainTextAsync("etl-1:");
        await Expect(rows.First).ToContainTextAsync("Working");
        await Expect(window.Page.Locator(".mark[data-kind=noticed]")).ToHaveCountAsync(1);
        await Expect(window.Page.Locator(".mark[data-kind=released]")).ToHaveCountAsync(1);
        await Expect(window.Page.Locator("table.events")).ToContainTextAsync("aws-instance-action, 118 s left");
        await window.PictureAsync("pods");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Pods_ThatGaveTheirWorkerUp_AreShownWithTheReason()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        var pod = new FakePod(host, "h5b2");
        var limit = new RestartLimit { Restarts = 10, Reason = "The worker ended with exit code 137" };
        await pod.PostAsync(
            WorkPaths.Heartbeat,
            new HeartbeatRequest
            {
                Identity = pod.Identity,
                Facts = FakePod.Facts(PodState.Unhealthy) with { WorkerRestarts = 12, RestartLimit = limit },
            },
            WorkJson.Default.HeartbeatRequest);
        await using var window = await browser.OpenAsync(host.Address);

        await window.GoAsync("/#/pods");

        var row = window.Page.Locator("table.pods tbody tr");
        await Expect(row).ToContainTextAsync("Unhealthy");
        await Expect(row).ToContainTextAsync(limit.Reason);
        await Expect(window.Page.Locator("table.events")).ToContainTextAsync("Restart limit");
        await Expect(window.Page.Locator("table.events")).ToContainTextAsync($"10 restarts within an hour: {limit.Reason}");
        await window.PictureAsync("pods-given-up");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Pods_OnAPhone_FitTheWindow()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-1", count: 2))).With(System.Net.HttpStatusCode.Accepted);
        var pod = new FakePod(host, "h5b2");
        await pod.BeatAsync((await pod.TakeAsync()).Lease);
        await using var window = await browser.OpenAsync(host.Address, width: 375, scheme: ColorScheme.Dark);

        await window.GoAsync("/#/pods");

        await Expect(window.Page.Locator("table.pods tbody tr")).ToHaveCountAsync(1);
        await window.FitsAsync();
        await window.PictureAsync("pods-phone");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Button_HeldDownWhileThePageReadsAgain_IsClicked()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        await new FakePod(host, "h5b2").BeatAsync();
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/#/pods");
        await window.Button("Drain local/h5b2").HoverAsync();

        await window.Page.RunAndWaitForResponseAsync(
            () => window.Page.Mouse.DownAsync(), answer => answer.Url.EndsWith("/api/queue", StringComparison.Ordinal));
        await window.Page.EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        await window.Page.Mouse.UpAsync();

        await Expect(window.Dialog).ToContainTextAsync("Drain local/h5b2?");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Pod_OrderedToDrainAndBack_IsToldAndShown()
    {
        await using var host = await HostHarness.StartAsync(WithPods);
        (await host.PostAsync("/api/runs?queue=true", Calls.RunBody("etl-1", count: 2))).With(System.Net.HttpStatusCode.Accepted);
        var (pod, other) = (new FakePod(host, "h5b2"), new FakePod(host, "k1"));
        var lease = (await pod.TakeAsync()).Lease;
        await pod.BeatAsync(lease);
        await other.BeatAsync();
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/#/pods");
        var row = window.Page.Locator("table.pods tbody tr").First;

        await window.ConfirmAsync("Drain local/h5b2", "Drain the pod");

        await window.SeeNoticeAsync("local/h5b2 finishes what it holds and takes nothing more.");
        await Expect(row).ToContainTextAsync("is to drain");
        await Expect(window.Page.Locator("table.events")).ToContainTextAsync("to drain");
        (await pod.BeatAsync(lease)).Command.ShouldBe(WorkCommand.Drain);
        await window.PictureAsync("pods-drained");

        await window.ConfirmAsync("Undo local/h5b2", "Take the order back");
        await Expect(row).Not.ToContainTextAsync("is to drain");
        (await pod.BeatAsync(lease)).Command.ShouldBe(WorkCommand.Continue);

        await window.ConfirmAsync("Stop local/h5b2", "Stop the pod");
        await Expect(row).ToContainTextAsync("is to stop");
        await Expect(window.Button("Stop local/h5b2")).ToHaveCountAsync(0);
        (await pod.BeatAsync(lease)).Command.ShouldBe(WorkCommand.Stop);
        (await other.BeatAsync()).Command.ShouldBe(WorkCommand.Continue);
        window.HasNoComplaints();
    }
}
