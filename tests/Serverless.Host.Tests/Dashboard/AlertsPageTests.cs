using Microsoft.Playwright;
using Serverless.Core.Alerts;
using Serverless.Core.Tests.Alerts;
using Serverless.Host.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Host.Tests.Dashboard;

/// <summary>The page about what people were told.</summary>
[Collection(BrowserTests.Name)]
public sealed class AlertsPageTests(Browser browser)
{
    [BrowserFact]
    public async Task Alerts_BeforeAny_SaysWhatToSet()
    {
        await using var host = await HostHarness.StartAsync();
        await using var window = await browser.OpenAsync(host.Address);

        await window.GoAsync("/#/alerts");

        await Expect(window.Page.GetByText("Nobody was told of anything yet")).ToBeVisibleAsync();
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Alerts_TakenAndNot_AreShownWithEachChannel()
    {
        await using var host = await ToldAsync();
        await using var window = await browser.OpenAsync(host.Address);

        await window.GoAsync("/#/alerts");

        var rows = window.Page.Locator("table.alerts tbody tr");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(rows.Nth(0)).ToContainTextAsync("Restart limit");
        await Expect(rows.Nth(0)).ToContainTextAsync("The worker <b>ended</b> with exit code 1");
        await Expect(rows.Nth(0)).ToContainTextAsync("slack refused");
        await Expect(rows.Nth(0)).ToContainTextAsync("HTTP 404 (no_service)");
        await Expect(rows.Nth(0)).ToContainTextAsync("webhook sent");
        await Expect(rows.Nth(1)).ToContainTextAsync("slack sent");
        await Expect(window.Page.GetByText("The newest 3 alerts, 1 not taken everywhere")).ToBeVisibleAsync();
        await window.SeeLinkAsync("live");
        await window.PictureAsync("alerts");
        await rows.Nth(2).GetByRole(AriaRole.Link, new() { Name = "Run etl-1 completed: 2 of 2 flashpoints, 0 null" }).ClickAsync();
        await window.SeeStateAsync("Completed");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Alerts_OnAPhone_FitTheWindow()
    {
        await using var host = await ToldAsync();
        await using var window = await browser.OpenAsync(host.Address, width: 375, scheme: ColorScheme.Dark);

        await window.GoAsync("/#/alerts");

        await Expect(window.Page.Locator("table.alerts tbody tr")).ToHaveCountAsync(3);
        await window.FitsAsync();
        await window.PictureAsync("alerts-phone");
        window.HasNoComplaints();
    }

    /// <summary>Three alerts on two channels, the last of which one does not want.</summary>
    private static async Task<HostHarness> ToldAsync()
    {
        var slack = new FakeChannel("slack")
        {
            Answer = number => Task.FromResult(number < 3
                ? FakeChannel.Sent
                : new AlertAnswer { Outcome = AlertOutcome.Refused, Detail = "HTTP 404 (no_service)" }),
        };
        var host = await HostHarness.StartAsync(new() { Alerts = new AlertRouting { Channels = [slack, new FakeChannel("webhook")] } });
        var now = TimeProvider.System.GetUtcNow();
        await host.StartAsync("etl-1", count: 2);
        await SettledAsync(host, 1);
        var dispatch = new AlertDispatch(host.Engine.Client, host.Alerts);
        await dispatch.RaiseAsync(
            PodAlerts.Interrupted("gpu/h5b2k9", "1", now, "aws-instance-action, 118 s left"), CancellationToken.None);
        await SettledAsync(host, 2);
        await dispatch.RaiseAsync(
            PodAlerts.RestartLimit("gpu/h5b2k9", 10, now, "The worker <b>ended</b> with exit code 1"), CancellationToken.None);
        await SettledAsync(host, 3);
        return host;
    }

    /// <summary>So many alerts were taken or refused everywhere.</summary>
    private static Task<int> SettledAsync(HostHarness host, int count) => Calls.UntilAsync(
        async () => (await host.GetJsonAsync("/api/alerts")).GetProperty("alerts").EnumerateArray()
            .SelectMany(one => one.GetProperty("channels").EnumerateArray())
            .Count(channel => channel.GetProperty("state").GetString() is "sent" or "refused"),
        settled => settled == count * 2);
}
