using Microsoft.Playwright;
using Serverless.Host.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Host.Tests.Dashboard;

/// <summary>A window of the browser that remembers every complaint of the page: errors of scripts, of the console, and
/// violations of the content security policy.</summary>
internal sealed class Window : IAsyncDisposable
{
    /// <summary>Notices go away after a while: what they said is kept.</summary>
    private const string KeepNotices = """
        window.toldNotices = [];
        new MutationObserver(changes => {
          for (const node of changes.flatMap(change => [...change.addedNodes]))
            if (node.classList?.contains('notice')) window.toldNotices.push(node.textContent);
        }).observe(document, { childList: true, subtree: true });
        """;

    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    private Window(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complain(message.Text);
        };
        page.PageError += (_, error) => Complain(error);
    }

    public IPage Page { get; }

    public ILocator State => Page.Locator("h1 .badge");

    public ILocator Progress => Page.GetByRole(AriaRole.Progressbar);

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public ILocator Link => Page.Locator("#link-state");

    public static async Task<Window> OpenAsync(IBrowserContext context)
    {
        await context.AddInitScriptAsync(KeepNotices);
        return new Window(context, await context.NewPageAsync());
    }

    public Task GoAsync(string path) => Page.GotoAsync(path);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Presses the button of a page, then the one that confirms it.</summary>
    public async Task ConfirmAsync(string button, string confirmation)
    {
        await Button(button).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = confirmation, Exact = true }).ClickAsync();
    }

    /// <summary>Fills in the form and sends it.</summary>
    public async Task StartRunAsync(string flashpoints, string? runId = null, int? workers = null, int? chunkSize = null)
    {
        await Button("Start a run").ClickAsync();
        await Dialog.GetByLabel("Flashpoints").FillAsync(flashpoints);
        if (runId is not null) await Dialog.GetByLabel("Run id").FillAsync(runId);
        if (workers is { } atOnce) await Dialog.GetByLabel("Workers", new() { Exact = true }).FillAsync($"{atOnce}");
        if (chunkSize is { } size) await Dialog.GetByLabel("Chunk size").FillAsync($"{size}");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
    }

    public Task SeeStateAsync(string state) => Expect(State).ToHaveTextAsync(state);

    /// <summary>A notice has said this, be it there still or not.</summary>
    public Task SeeNoticeAsync(string text) => Calls.UntilAsync(
        () => Page.EvaluateAsync<string[]>("window.toldNotices"),
        notices => notices.Any(notice => notice.Contains(text, StringComparison.Ordinal)));

    public Task SeeLinkAsync(string state) => Expect(Link).ToHaveAttributeAsync("data-state", state);

    /// <summary>The page is no wider than the window.</summary>
    public async Task FitsAsync() =>
        (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth")).ShouldBeLessThanOrEqualTo(0, Page.Url);

    public async Task PictureAsync(string name, bool wholePage = true)
    {
        Directory.CreateDirectory(Browser.Pictures);
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Browser.Pictures, name + ".png"), FullPage = wholePage });
    }

    /// <summary>The page has complained of nothing.</summary>
    /// <param name="expected">Parts of complaints that belong to the test: the browser notes each refused request.</param>
    public void HasNoComplaints(params string[] expected)
    {
        lock (_complaints)
            _complaints.Where(text => !expected.Any(part => text.Contains(part, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Complain(string text)
    {
        lock (_complaints) _complaints.Add(text);
    }
}
