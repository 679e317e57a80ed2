using System.Net;
using Serverless.Core.Pricing;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Starting;

/// <summary>What runs that are started over HTTP may cost and lose. A second costs half a dollar.</summary>
public sealed class LimitTests
{
    private static readonly FanOutSettings Priced = new() { Price = new WorkerPrice("L40S", 0.5m) };

    [Fact]
    public async Task Start_WithABudget_StopsThereAndTellsTheCost()
    {
        await using var host = await HostHarness.StartAsync(new() { Settings = Priced });

        (await host.PostAsync("/api/runs", Body("dear", "\"max_cost\":4"))).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("dear");

        // Each job waits half a second and takes two: three are billed.
        var run = (await host.GetAsync("/api/runs/dear")).Json;
        (run.GetProperty("cost").GetDecimal(), run.GetProperty("wasted_cost").GetDecimal()).ShouldBe((4.5m, 0m));
        (run.GetProperty("gpu").GetString(), run.GetProperty("price_per_second").GetDecimal()).ShouldBe(("L40S", 0.5m));
        run.GetProperty("stopped_because").GetString().ShouldBe("stopped at $4.50 of $4.00: 3 of 6 flashpoints not run");
        run.GetProperty("report").GetProperty("not_run").GetInt32().ShouldBe(3);
        run.GetProperty("chunks")[0].GetProperty("cost").GetDecimal().ShouldBe(1.5m);
        (await host.PostAsync("/api/runs/dear/retry")).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("dear");
        (await host.GetAsync("/api/runs/dear/results")).Json.EnumerateArray().Count(entry => entry.ValueKind != System.Text.Json.JsonValueKind.Null)
            .ShouldBe(6);
    }

    [Fact]
    public async Task Start_WithABudgetButNoPrice_IsRefused()
    {
        await using var host = await HostHarness.StartAsync();

        var answer = await host.PostAsync("/api/runs", Body("dear", "\"max_cost\":12.5"));

        answer.Problem.ShouldBe("invalid-request");
        answer.Detail.ShouldBe("\"options.max_cost\" is 12.5, but nothing says what a worker costs; set GPU or GPU_PRICE_PER_SECOND.");
    }

    [Theory]
    [InlineData("\"max_cost\":0", "\"options.max_cost\" is the number 0; allowed is dollars, a number above 0 and up to 1000000.")]
    [InlineData("\"max_cost\":\"12\"", "\"options.max_cost\" is a text (\"12\"); allowed is dollars, a number above 0 and up to 1000000.")]
    [InlineData("\"max_failed_percent\":100", "\"options.max_failed_percent\" is the number 100; allowed is a whole number from 0 to 99.")]
    [InlineData("\"hedge\":1.2", "\"options.hedge\" is the number 1.2; allowed is a number from 1.5 to 10.")]
    [InlineData("\"force\":1", "\"options.force\" is the number 1; allowed is true or false.")]
    public async Task Start_WithAnOptionThatIsWrong_SaysWhatIsAllowed(string option, string detail)
    {
        await using var host = await HostHarness.StartAsync(new() { Settings = Priced });

        var answer = await host.PostAsync("/api/runs", Body("wrong", option));

        answer.Problem.ShouldBe("invalid-request");
        answer.Detail.ShouldBe(detail);
    }

    [Fact]
    public async Task Start_WithForce_RunsAllOfItAgainOncePerIdempotencyKey()
    {
        await using var host = await HostHarness.StartAsync();
        await host.StartAsync("again", count: 2);
        await host.EndOfAsync("again");
        (string, string) key = ("Idempotency-Key", "monday");
        var body = Body("again", "\"force\":true", count: 2);

        (await host.PostAsync("/api/runs", body, key)).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("again");
        (await host.PostAsync("/api/runs", body, key)).With(HttpStatusCode.OK);

        host.Backend.Submissions.Count.ShouldBe(4);
        var run = (await host.GetAsync("/api/runs/again")).Json;
        run.GetProperty("chunk_count").GetInt32().ShouldBe(2);
        run.GetProperty("chunks")[0].GetProperty("chunk").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Start_WithForceOfALiveRun_IsAConflict()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new() { Script = gate.Script });
        await host.StartAsync("live");

        var answer = await host.PostAsync("/api/runs", Body("live", "\"force\":true", count: 1));

        answer.Problem.ShouldBe("conflict");
        answer.Detail.ShouldBe("The run 'live' has not ended, so it cannot be forced to run again: cancel it first, or let it end.");
    }

    private static string Body(string id, string option, int count = 6) =>
        $$"""{"run_id":"{{id}}","workers":1,"options":{"chunk_size":1,{{option}}},"flashpoints":{{Calls.List(count)}}}""";
}
