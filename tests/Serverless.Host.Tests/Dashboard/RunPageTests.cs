using Microsoft.Playwright;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Host.Tests.Dashboard;

/// <summary>What a person does with runs, in a real browser before the real host.</summary>
[Collection(BrowserTests.Name)]
public sealed class RunPageTests(Browser browser)
{
    private const string Markup = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>";

    private readonly HeldJobs _jobs = new();

    [BrowserFact]
    public async Task Run_StartedFromTheForm_IsWatchedToItsEnd()
    {
        await using var host = await StartAsync(_jobs.Script);
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/");
        await Expect(window.Page.GetByText("No runs yet")).ToBeVisibleAsync();
        await window.PictureAsync("runs-empty");

        await window.StartRunAsync(ListOf(12), "twelve", workers: 4, chunkSize: 1);
        await window.SeeStateAsync("Running");
        await Expect(window.Progress).ToHaveAttributeAsync("aria-valuenow", "0");
        _jobs.ReleaseBelow(6);
        await Expect(window.Progress).ToHaveAttributeAsync("aria-valuenow", "50");
        await Expect(window.Page.Locator(".chunks .badge[data-look=running]")).ToHaveCountAsync(4);
        await window.PictureAsync("run-12-live");
        _jobs.ReleaseAll();
        await window.SeeStateAsync("Completed");

        await Expect(window.Progress).ToHaveAttributeAsync("aria-valuenow", "100");
        await Expect(window.Page.Locator(".flashpoints code")).ToHaveCountAsync(12);
        await Expect(window.Page.Locator(".flashpoint-title").First).ToHaveTextAsync($"Title 0 {Markup}");
        await Expect(window.Page.Locator("#announcer")).ToHaveTextAsync("The run has ended: Completed.");
        await window.PictureAsync("run-12-ended");
        await IsNotHackedAsync(window);
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Run_Cancelled_SaysSoAndKeepsWhatIsThere()
    {
        await using var host = await StartAsync(_jobs.Script);
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 6, workers: 2);
        await window.GoAsync("/#/runs/run-1");
        _jobs.ReleaseBelow(2);
        await Expect(window.Progress).ToHaveAttributeAsync("aria-valuenow", "33");

        await window.ConfirmAsync("Cancel run", "Cancel the run");

        await window.SeeStateAsync("Cancelled");
        await window.SeeNoticeAsync("is being cancelled");
        await Expect(window.Button("Cancel run")).ToBeHiddenAsync();
        await Expect(window.Button("Retry nulls")).ToBeVisibleAsync();
        await window.PictureAsync("run-cancelled");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Nulls_Retried_AreFilledIn()
    {
        var isBroken = true;
        var failure = JobScript.Of(Look.Failed($"CUDA out of memory {Markup}"));
        await using var host = await StartAsync(job => isBroken && job.Chunk == 1 ? failure : new JobScript());
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 3, maxAttempts: 2);
        await window.GoAsync("/#/runs/run-1");
        await window.SeeStateAsync("Completed, 1 null");
        await Expect(window.Page.Locator(".chunks .error").Nth(1)).ToContainTextAsync($"CUDA out of memory {Markup}");
        await Expect(window.Page.Locator(".flashpoints .error-text")).ToContainTextAsync(Markup);
        await window.PictureAsync("run-with-null");

        isBroken = false;
        await window.ConfirmAsync("Retry nulls", "Retry");

        await window.SeeStateAsync("Completed");
        await Expect(window.Page.Locator(".flashpoints code")).ToHaveCountAsync(3);
        await Expect(window.Page.Locator(".grid-row")).ToHaveCountAsync(4);
        await IsNotHackedAsync(window);
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Chunk_Opened_ShowsItsAttempts()
    {
        await using var host = await StartAsync(job => job.Attempt == 1 ? JobScript.Of(Look.Failed(Markup)) : new JobScript());
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 2, maxAttempts: 2);
        await window.GoAsync("/#/runs/run-1");
        await window.SeeStateAsync("Completed");

        await window.Button("Chunk 1, show attempts").ClickAsync();

        await Expect(window.Dialog.Locator(".attempt")).ToHaveCountAsync(2);
        await Expect(window.Dialog.Locator(".attempt").First).ToContainTextAsync(Markup);
        await window.PictureAsync("chunk", wholePage: false);
        await window.Page.Keyboard.PressAsync("Escape");
        await Expect(window.Button("Chunk 1, show attempts")).ToBeFocusedAsync();
        await IsNotHackedAsync(window);
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Results_Downloaded_ComeInThreeFormats()
    {
        await using var host = await StartAsync(null);
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 3);
        await window.GoAsync("/#/runs/run-1");
        await window.SeeStateAsync("Completed");

        (await DownloadAsync(window, "JSON", "run-1.json")).ShouldStartWith("[\n{\"id\":\"fp-0\",\"value\":\"done\"},\n");
        (await DownloadAsync(window, "JSON lines", "run-1.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
        (await DownloadAsync(window, "CSV", "run-1.csv")).ShouldStartWith("id,index,title,ok,result,error\r\nfp-0,0,Title 0,true,");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Run_Deleted_IsGoneFromTheList()
    {
        await using var host = await StartAsync(null);
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 1);
        await window.GoAsync("/");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "run-1" }).ClickAsync();
        await window.SeeStateAsync("Completed");

        await window.ConfirmAsync("Delete", "Delete for good");

        await Expect(window.Page.GetByText("No runs yet")).ToBeVisibleAsync();
        await window.GoAsync("/#/runs/run-1");
        await Expect(window.Page.GetByText("There is no such run")).ToBeVisibleAsync();
        await window.PictureAsync("run-unknown");
        window.HasNoComplaints("404");
    }

    [BrowserFact]
    public async Task Form_WrongList_SaysWhatIsWrongAndKeepsIt()
    {
        await using var host = await StartAsync(null);
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/");

        await window.StartRunAsync("""[{"id":"fp-0"},{"id":"fp-0"}]""", "twice");

        await Expect(window.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("fp-0");
        await Expect(window.Dialog.GetByLabel("Flashpoints")).ToHaveValueAsync("""[{"id":"fp-0"},{"id":"fp-0"}]""");
        await window.PictureAsync("form-problem", wholePage: false);
        window.HasNoComplaints("422");
    }

    [BrowserFact]
    public async Task ThousandChunks_Shown_CostFewRows()
    {
        await using var host = await StartAsync(_jobs.Script);
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 1_000, workers: 250, pollSeconds: 1);
        await window.GoAsync("/#/runs/run-1");
        _jobs.ReleaseBelow(200);
        await Expect(window.Progress).ToHaveAttributeAsync("aria-valuenow", "20");

        await Expect(window.Page.Locator(".chunks")).ToHaveAttributeAsync("aria-rowcount", "1001");
        (await window.Page.Locator(".grid-row").CountAsync()).ShouldBeLessThan(60);
        await window.PictureAsync("run-1000-live");
        await window.Page.EvaluateAsync("document.querySelector('.chunks .scroll').scrollTop = 1e9");
        await Expect(window.Button("Chunk 999, show attempts")).ToBeVisibleAsync();
        await window.Page.GetByLabel("State of chunks").SelectOptionAsync("running");
        await Expect(window.Page.Locator(".chunks")).ToHaveAttributeAsync("aria-rowcount", "251");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task HundredThousandFlashpoints_GoneThrough_AreReadByThePage()
    {
        await using var host = await StartAsync(null);
        await using var window = await browser.OpenAsync(host.Address);
        await host.StartRunAsync("run-1", 100_000, chunkSize: 10_000);
        await host.EndOfAsync("run-1");
        await window.GoAsync("/#/runs/run-1");
        var rows = window.Page.Locator(".flashpoints tbody tr");
        await Expect(rows).ToHaveCountAsync(25);

        await window.Page.GetByLabel("Go to index").FillAsync("99990");
        await window.Page.Keyboard.PressAsync("Enter");

        await Expect(rows).ToHaveCountAsync(10);
        await Expect(rows.Last).ToContainTextAsync("""{"id":"fp-99999","value":"done"}""");
        await Expect(window.Button("Next")).ToBeDisabledAsync();
        await window.Button("Previous").ClickAsync();
        await Expect(rows.First).ToContainTextAsync("fp-0");
        window.HasNoComplaints();
    }

    [BrowserFact]
    public async Task Form_FileOfLines_IsSent()
    {
        await using var host = await StartAsync(null);
        await using var window = await browser.OpenAsync(host.Address);
        await window.GoAsync("/");
        await window.Button("Start a run").ClickAsync();
        await window.Dialog.GetByLabel("or a file").SetInputFilesAsync(new FilePayload
        {
            Name = "list.jsonl",
            MimeType = "application/x-ndjson",
            Buffer = "{\"id\":\"a\",\"title\":\"Überfall\"}\n{\"id\":\"b\"}\n"u8.ToArray(),
        });
        await Expect(window.Dialog.GetByText("list.jsonl: 2 flashpoints")).ToBeVisibleAsync();

        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();

        await window.SeeStateAsync("Completed");
        await Expect(window.Page.Locator(".flashpoint-title").First).ToHaveTextAsync("Überfall");
        window.HasNoComplaints();
    }

    private static Task<HostHarness> StartAsync(Func<ScriptedJob, JobScript>? script) =>
        HostHarness.StartAsync(new HostHarnessOptions { Script = script });

    private static string ListOf(int count) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"id":"fp-{{i}}","title":"Title {{i}} {{Markup}}"}"""))}]";

    private static async Task<string> DownloadAsync(Window window, string format, string name)
    {
        await window.Button("Download").ClickAsync();
        await window.Dialog.GetByText(format, new() { Exact = true }).ClickAsync();
        var download = await window.Page.RunAndWaitForDownloadAsync(
            () => window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        download.SuggestedFilename.ShouldBe(name);
        await Expect(window.Dialog).ToHaveCountAsync(0);
        return await File.ReadAllTextAsync(await download.PathAsync());
    }

    private static async Task IsNotHackedAsync(Window window) =>
        (await window.Page.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
}
