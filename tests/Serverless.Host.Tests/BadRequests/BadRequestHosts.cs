using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.BadRequests;

/// <summary>Two hosts with an ended and a live run each, on clocks that stand still: one for this machine alone, one with
/// keys.</summary>
public sealed class BadRequestHosts : IAsyncLifetime
{
    private const string Writer = "writer-0123456789abcdef";

    internal HostHarness Local { get; private set; } = null!;

    internal HostHarness Keyed { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Local = await WithRunsAsync(new FanOutSettings(), []);
        Keyed = await WithRunsAsync(
            new FanOutSettings { ApiKey = new Secret($"{Writer},looker:read=reader-0123456789abcdef") }, [("x-functions-key", Writer)]);
    }

    public async Task DisposeAsync()
    {
        await Local.DisposeAsync();
        await Keyed.DisposeAsync();
    }

    private static async Task<HostHarness> WithRunsAsync(FanOutSettings settings, (string, string)[] key)
    {
        var clock = new ManualClock();
        var options = new HostHarnessOptions { Settings = settings, Clock = clock, PollInterval = TimeSpan.FromHours(1) };
        var host = await HostHarness.StartAsync(options);
        (await host.PostAsync("/api/runs", Calls.RunBody("ended", 1), key)).Code.ShouldBe(202);
        await EndAsync(host, clock, "ended", key);
        (await host.PostAsync("/api/runs", Calls.RunBody("live", 1), key)).Code.ShouldBe(202);
        await HasJobAsync(host, "live", key);
        return host;
    }

    /// <summary>Moves the clock until the run has ended: the job shows before the timer is set that looks at it.</summary>
    private static async Task EndAsync(HostHarness host, ManualClock clock, string run, (string, string)[] key) => await Calls.UntilAsync(
        async () =>
        {
            clock.Advance(TimeSpan.FromHours(1));
            return (await host.GetAsync($"/api/runs/{run}", key)).Json;
        },
        seen => seen.TryGetProperty("ended_at", out _));

    /// <summary>From then on a run waits for the clock.</summary>
    private static async Task HasJobAsync(HostHarness host, string run, (string, string)[] key) => await Calls.UntilAsync(
        async () => (await host.GetAsync($"/api/runs/{run}", key)).Json.GetProperty("chunks"),
        chunks => chunks.GetArrayLength() == 1 && chunks[0].GetProperty("attempts").GetArrayLength() == 1);
}
