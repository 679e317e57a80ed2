using Microsoft.Playwright;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Host.Tests.Dashboard;

/// <summary>How the pages behave whatever they show: restarts, keys, phones, keyboards, themes.</summary>
[Collection(BrowserTests.Name)]
public sealed class PageTests(Browser browser)
{
    private readonly HeldJobs _jobs = new();

    [BrowserFact]
    public async Task Host_StartsAgain_PageReconnectsAndGoesOn()
    {
        await using var host = await HostHarness.StartAsync(new() { Script = _jobs.Script, Port = LoopbackPort.Free() });
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 4, workers: 2);
        await window.GoAsync("/#/runs/run-1");
        await window.SeeLinkAsync("live");
        await window.SeeStateAsync("Running");

        await host.StopAsync();
        await window.SeeLinkAsync("reconnecting");
        await Expect(window.Link).ToContainTextAsync("reconnecting");
        await window.PictureAsync("reconnecting");
        await host.StartAgainAsync();
        await window.SeeLinkAsync("live");
        _jobs.ReleaseAll();

        await window.SeeStateAsync("Completed");
        window.HasNoComplaints(
            "503", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_CONNECTION_CLOSED", "ERR_EMPTY_RESPONSE",
            "ERR_INCOMPLETE_CHUNKED_ENCODING");
    }

    [BrowserFact]
    public async Task List_RunsChange_ShowsThemAndFilters()
    {
        await using var host = await StartAsync();
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/");
        await window.SeeLinkAsync("live");
        var rows = window.Page.Locator("table.runs tbody tr");
        await host.StartRunAsync("alpha", 4, workers: 2);

        // Which is newer shows from the next millisecond on.
        await Expect(rows).ToHaveCountAsync(1);
        await host.StartRunAsync("beta", 2);
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("beta");
        await window.PictureAsync("runs");

        await window.Page.GetByLabel("Search runs").FillAsync("alp");
        await Expect(rows).ToHaveCountAsync(1);
        await window.Button("Clear filters").ClickAsync();
        await window.Page.GetByLabel("State", new() { Exact = true }).SelectOptionAsync("completed");
        await Expect(window.Page.GetByText("No run matches")).ToBeVisibleAsync();
        _jobs.ReleaseAll();

        await Expect(rows).ToHaveCountAsync(2);
        window.HasNoComplaints();
    }

    /// <summary>The stream tells of the end before the answer comes, which was made before the end.</summary>
    [BrowserFact]
    public async Task List_RunEndsWhileAFilterIsAsked_StaysInTheList()
    {
        await using var host = await StartAsync();
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 1);
        await window.GoAsync("/");
        var rows = window.Page.Locator("table.runs tbody tr");
        await Expect(rows).ToHaveCountAsync(1);
        var old = (await host.GetAsync("/api/runs")).Text.Replace("run-1", "witness", StringComparison.Ordinal);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await window.Page.RouteAsync("**/api/runs?*", async route =>
        {
            await ended.Task;
            await route.FulfillAsync(new() { ContentType = "application/json", Body = old });
        });

        await window.Page.GetByLabel("State", new() { Exact = true }).SelectOptionAsync("completed");
        _jobs.ReleaseAll();
        await Expect(rows).ToContainTextAsync("Completed");
        ended.SetResult();

        await Expect(rows).ToHaveCountAsync(2);
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Key_Needed_IsAskedForAndKeptInTheTabOnly()
    {
        const string key = "0123456789abcdef0123456789abcdef";
        await using var host = await StartAsync(new FanOutSettings { ApiKey = new Secret(key) });
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/");

        await window.Dialog.GetByLabel("Key").FillAsync("wrong");
        await window.Button("Use this key").ClickAsync();
        await Expect(window.Dialog.GetByText("does not know that key")).ToBeVisibleAsync();
        await window.PictureAsync("key", wholePage: false);
        await window.Dialog.GetByLabel("Key").FillAsync(key);
        await window.Button("Use this key").ClickAsync();
        await window.SeeLinkAsync("live");
        await Expect(window.Page.GetByText("No runs yet")).ToBeVisibleAsync();

        (await window.Page.EvaluateAsync<string>("sessionStorage.getItem('fanout-key')")).ShouldBe(key);
        (await window.Page.EvaluateAsync<string>("JSON.stringify(localStorage) + document.cookie + location.href")).ShouldNotContain(key);
        window.HasNoComplaints("401");
    }

    [BrowserFact]
    public async Task Phone_EveryPage_FitsItsWidth()
    {
        const string run = "a-run-with-quite-a-long-name-as-schedulers-like-them-2025-01-01";
        (string Path, string Sign)[] pages =
            [("", ".bar-fill"), ($"runs/{run}", ".grid-row .badge"), ("schedule", "main section"), ("endpoints", "main section")];
        await using var host = await StartAsync();
        await using var window = await browser.OpenAsync(host.Address, width: 360);
        await host.StartRunAsync(run, 12, workers: 4);
        _jobs.ReleaseBelow(5);
        foreach (var (path, sign) in pages)
        {
            await window.GoAsync("/#/" + path);
            await Expect(window.Page.Locator(sign).First).ToBeAttachedAsync();
            await window.FitsAsync();
            await window.PictureAsync($"phone-{(path.Length == 0 ? "list" : path.Split('/')[0])}");
        }

        await window.Button("Start a run").ClickAsync();
        await Expect(window.Dialog).ToBeVisibleAsync();
        await window.FitsAsync();
        await window.PictureAsync("phone-start", wholePage: false);
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Keyboard_Alone_StartsARunAndComesBack()
    {
        _jobs.ReleaseAll();
        await using var host = await StartAsync();
        await using var window = await browser.OpenAsync(host.Address);
        var keyboard = window.Page.Keyboard;
        await window.GoAsync("/");
        await window.SeeLinkAsync("live");
        await keyboard.PressAsync("Tab");
        await Expect(window.Page.Locator("#skip")).ToBeFocusedAsync();

        await TabToAsync(window, "#start");
        await keyboard.PressAsync("Enter");
        await Expect(window.Dialog.GetByLabel("Flashpoints")).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await Expect(window.Button("Start a run")).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(window.Dialog.GetByLabel("Flashpoints")).ToBeFocusedAsync();
        await keyboard.InsertTextAsync("""[{"id":"fp-0"},{"id":"fp-1"}]""");
        await TabToAsync(window, "dialog button[type=submit]");
        await keyboard.PressAsync("Enter");
        await window.SeeStateAsync("Completed");

        // Rows that are read again on the way would take the focus with them.
        await Expect(window.Page.Locator(".flashpoints code")).ToHaveCountAsync(2);
        await TabToAsync(window, ".chunks .link");
        await keyboard.PressAsync("Enter");
        await Expect(window.Dialog).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await TabToAsync(window, ".flashpoint-id button");
        await keyboard.PressAsync("Enter");
        await Expect(window.Dialog.Locator("pre")).ToContainTextAsync("\"value\": \"done\"");

        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Schedule_RunNow_StartsTheDaysRun()
    {
        _jobs.ReleaseAll();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("list.json"), """[{"id":"fp-0"}]""");

        // Not while this test runs: the timer would start the day's run itself.
        var farOff = $"0 0 2 1 {TimeProvider.System.GetUtcNow().AddMonths(6).Month} *";
        await using var host = await StartAsync(
            new FanOutSettings { FlashpointSource = new Secret(folder.File("list.json")), DailySchedule = farOff });
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/#/schedule");
        await Expect(window.Page.GetByText(farOff)).ToBeVisibleAsync();

        await window.ConfirmAsync("Run now", "Run now");

        await window.SeeStateAsync("Completed");
        await window.GoAsync("/#/schedule");
        await Expect(window.Page.GetByText("Started", new() { Exact = true })).ToBeVisibleAsync();
        await window.PictureAsync("schedule");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Theme_ByPreferenceOrChoice_ChangesTheGround()
    {
        await using var host = await StartAsync();
        await using var window = await browser.OpenAsync(host.Address, scheme: ColorScheme.Dark);
        await host.StartRunAsync("run-1", 12, workers: 4);
        _jobs.ReleaseBelow(5);
        await window.GoAsync("/#/runs/run-1");
        await window.SeeStateAsync("Running");
        const string dark = "rgb(14, 17, 22)", light = "rgb(245, 246, 248)";
        await Expect(window.Page.Locator("body")).ToHaveCSSAsync("background-color", dark);
        await window.PictureAsync("run-dark");

        await window.Page.Locator("#theme").ClickAsync();
        await Expect(window.Page.Locator("body")).ToHaveCSSAsync("background-color", light);
        await window.Page.ReloadAsync();
        await Expect(window.Page.Locator("body")).ToHaveCSSAsync("background-color", light);
        await window.Page.Locator("#theme").ClickAsync();
        await Expect(window.Page.Locator("body")).ToHaveCSSAsync("background-color", dark);
        window.HasNoComplaints();
    }

    private Task<HostHarness> StartAsync(FanOutSettings? settings = null) =>
        HostHarness.StartAsync(new HostHarnessOptions { Script = _jobs.Script, Settings = settings ?? new FanOutSettings() });

    /// <summary>Goes on with Tab until something has the focus. Everything on the way shows that it has it.</summary>
    private static async Task TabToAsync(Window window, string selector)
    {
        for (var steps = 0; steps < 40; steps++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            (await window.Page.EvaluateAsync<bool>("getComputedStyle(document.activeElement).outlineStyle !== 'none'"))
                .ShouldBeTrue(await window.Page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 200)"));
            if (await window.Page.EvaluateAsync<bool>("s => document.activeElement.matches(s)", selector)) return;
        }

        throw new InvalidOperationException($"Forty steps with Tab do not lead to {selector}.");
    }
}
