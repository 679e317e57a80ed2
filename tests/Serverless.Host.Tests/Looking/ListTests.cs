using System.Net;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Looking;

public sealed class ListTests
{
    [Fact]
    public async Task List_OfAll_IsNewestFirst()
    {
        await using var host = await WithRunsAsync(5);

        IdsOf(await host.GetAsync("/api/runs")).ShouldBe(["run-4", "run-3", "run-2", "run-1", "run-0"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task List_InPages_GivesEachRunOnce(int limit)
    {
        await using var host = await WithRunsAsync(7);

        var pages = await PagesAsync(host, $"/api/runs?limit={limit}");

        pages.SelectMany(page => page).ShouldBe(["run-6", "run-5", "run-4", "run-3", "run-2", "run-1", "run-0"]);
        pages.SkipLast(1).ShouldAllBe(page => page.Count == limit);
    }

    [Theory]
    [InlineData("date=2025-01-02", "run-6 run-4 run-2 run-0")]
    [InlineData("q=TIMER", "run-6 run-3 run-0")]
    [InlineData("q=run-5", "run-5")]
    [InlineData("q=nobody", "")]
    [InlineData("date=2025-01-02&q=timer", "run-6 run-0")]
    [InlineData("date=2024-01-01", "")]
    [InlineData("status=completed", "run-6 run-5 run-4 run-3 run-2 run-1 run-0")]
    [InlineData("status=failed", "")]
    [InlineData("status=running,Completed&q=run-1", "run-1")]
    [InlineData("status=", "run-6 run-5 run-4 run-3 run-2 run-1 run-0")]
    public async Task List_Filtered_GivesThoseAlone(string filter, string expected)
    {
        await using var host = await WithRunsAsync(7);
        foreach (var limit in new[] { 1, 2, 50 })
        {
            var pages = await PagesAsync(host, $"/api/runs?{filter}&limit={limit}");

            string.Join(' ', pages.SelectMany(page => page)).ShouldBe(expected, $"limit {limit}");
        }
    }

    /// <summary>With pages of their own size, one look at a page for each that is left out would take all day.</summary>
    [Fact]
    public async Task List_WithFewMatchesAmongMany_FindsThemAll()
    {
        await using var host = await HostHarness.StartAsync(new() { Script = _ => JobScript.Of(Look.Completed) });
        foreach (var id in Enumerable.Range(0, 120))
            await host.StartAsync($"run-{id}", trigger: id % 40 == 0 ? "rare" : "common");
        foreach (var id in Enumerable.Range(0, 120)) await host.EndOfAsync($"run-{id}");

        IdsOf(await host.GetAsync("/api/runs?q=rare&limit=50")).ShouldBe(["run-80", "run-40", "run-0"]);
        var pages = await PagesAsync(host, "/api/runs?q=rare&limit=2");
        pages.Select(page => string.Join(' ', page)).ShouldBe(["run-80 run-40", "run-0"]);
    }

    [Fact]
    public async Task List_ByState_TellsThemApart()
    {
        var gate = new JobGate();
        await using var host = await HostHarness.StartAsync(new()
        {
            Script = job => job.Input.GetProperty("run_id").GetString() switch
            {
                "done" => JobScript.Of(Look.Completed),
                _ => gate.Script(job),
            },
        });
        foreach (var id in new[] { "done", "live", "stopped" }) await host.StartAsync(id);
        await host.EndOfAsync("done");
        (await host.PostAsync("/api/runs/stopped/cancel")).With(HttpStatusCode.Accepted);
        await host.EndOfAsync("stopped");

        IdsOf(await host.GetAsync("/api/runs?status=completed")).ShouldBe(["done"]);
        IdsOf(await host.GetAsync("/api/runs?status=cancelled")).ShouldBe(["stopped"]);
        IdsOf(await host.GetAsync("/api/runs?status=running,pending")).ShouldBe(["live"]);
        IdsOf(await host.GetAsync("/api/runs?status=completed,cancelled")).ShouldBe(["stopped", "done"]);
    }

    [Fact]
    public async Task List_OfARun_ShowsWhereItStands()
    {
        await using var host = await WithRunsAsync(1);

        var run = (await host.GetAsync("/api/runs")).Json.GetProperty("runs")[0];

        run.GetProperty("state").GetString().ShouldBe("completed");
        run.GetProperty("flashpoints").GetInt32().ShouldBe(1);
        run.GetProperty("done").GetInt32().ShouldBe(1);
        run.GetProperty("failed").GetInt32().ShouldBe(0);
        run.GetProperty("chunk_count").GetInt32().ShouldBe(1);
        run.GetProperty("chunks_ended").GetInt32().ShouldBe(1);
        run.GetProperty("execution_sec").GetDouble().ShouldBe(2);
        run.GetProperty("ended_at").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(run.GetProperty("created_at").GetDateTimeOffset());
        run.TryGetProperty("chunks", out _).ShouldBeFalse();
    }

    private static async Task<HostHarness> WithRunsAsync(int count)
    {
        var host = await HostHarness.StartAsync();
        for (var i = 0; i < count; i++)
        {
            await host.StartAsync($"run-{i}", date: i % 2 == 0 ? "2025-01-02" : "2025-01-01", trigger: i % 3 == 0 ? "timer" : "manual");
            await host.EndOfAsync($"run-{i}");
        }

        return host;
    }

    private static async Task<List<IReadOnlyList<string>>> PagesAsync(HostHarness host, string path)
    {
        var pages = new List<IReadOnlyList<string>>();
        for (var after = ""; ;)
        {
            var answer = await host.GetAsync($"{path}{after}");
            pages.Add(IdsOf(answer));
            if (!answer.Json.TryGetProperty("after", out var next)) return pages;
            after = $"&after={next.GetString()}";
        }
    }

    private static IReadOnlyList<string> IdsOf(Answer answer) =>
        [.. answer.With(HttpStatusCode.OK).Json.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()!)];
}
