using Microsoft.Playwright;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Dashboard;

/// <summary>One headless Chromium for all tests of the dashboard.</summary>
public sealed class Browser : IAsyncLifetime
{
    public const string PathVariable = "FANOUT_CHROMIUM";
    public const string DefaultPath = "/usr/bin/chromium";

    /// <summary>Milliseconds that nothing should ever take.</summary>
    private static readonly float Patience = (float)HostHarness.Patience.TotalMilliseconds;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Named => Environment.GetEnvironmentVariable(PathVariable);

    /// <summary>False where there is none and nobody says that there should be.</summary>
    public static bool IsExpected => Named is not null || File.Exists(DefaultPath);

    /// <summary>Where tests leave pictures for people to look at.</summary>
    public static string Pictures { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "screenshots");

    public async Task InitializeAsync()
    {
        if (!IsExpected) return;
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Named ?? DefaultPath,
            Timeout = Patience,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    /// <summary>A new window, with nothing from any other.</summary>
    internal async Task<Window> OpenAsync(Uri address, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.AbsoluteUri,
            ViewportSize = new ViewportSize { Width = width, Height = width < 500 ? 780 : 900 },
            ColorScheme = scheme,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(Patience);
        return await Window.OpenAsync(context);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>The tests that share the browser, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Browser>
{
    public const string Name = "Browser";
}
