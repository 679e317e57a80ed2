using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>How often chunks look at their jobs where no process watches them, as on Azure Functions: each look costs messages.
/// </summary>
public sealed class WebhookIntervalTests
{
    private static readonly Uri Hook = new("https://example.org/hook");

    [Fact]
    public async Task Job_ThatReportsItsEnd_IsFirstLookedAtAfterFiveMinutes() =>
        (await FirstLookAsync(Hook)).ShouldBe(TimeSpan.FromMinutes(5));

    [Fact]
    public async Task Job_ThatReportsNothing_IsLookedAtSoon() =>
        (await FirstLookAsync(null)).ShouldBe(TimeSpan.FromSeconds(3));

    [Fact]
    public async Task Job_WhoseReportIsLost_IsSeenEndedAllTheSame()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Running, Look.Running, Look.Completed)) { Webhook = _ => Hook };

        var summary = await run.RunAsync(1);

        summary.Ok.ShouldBeTrue();
        run.Backend.Checks.Count.ShouldBe(3);
    }

    private static async Task<TimeSpan> FirstLookAsync(Uri? hook)
    {
        var clock = (ManualClock?)null;
        DateTimeOffset? seen = null;
        await using var run = new RunHarness(_ => JobScript.Of(Look.After(() => seen ??= clock!.GetUtcNow(), Look.Completed)))
        {
            Webhook = _ => hook,
        };
        clock = run.Clock;
        var start = clock.GetUtcNow();
        await run.RunAsync(1);
        return seen!.Value - start;
    }
}
