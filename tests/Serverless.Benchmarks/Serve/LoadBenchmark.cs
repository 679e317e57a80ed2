using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Serve;

/// <summary>Many clients at once, each posting a run, following it to its end, looking at others', and reading results. Every
/// run that was acknowledged is looked for again at the end.</summary>
internal static class LoadBenchmark
{
    private const int Flashpoints = 2;
    private const int LookersAtTheEnd = 16;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>What a run may take whose client was the last to post.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Arguments arguments)
    {
        var clients = arguments.Number("clients", 200);
        var seconds = arguments.Number("seconds", 60);
        arguments.RefuseOthers();
        using var host = await ServedHost.StartAsync(workersMax: 64, pollSeconds: 0.2);
        var calls = new CallTimes(host.Http);
        var acknowledged = new ConcurrentQueue<SmallRun>();
        var meter = new Meter();
        var until = TimeSpan.FromSeconds(seconds);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => FollowRunsAsync(client, calls, acknowledged, meter, until)));
        var cost = host.Read(meter.ElapsedMs);
        var lost = await LostAsync(host, acknowledged);
        Report.Line(
            "fanout", "serve-load", acknowledged.Count, "sample", cost,
            ("clients", clients), ("seconds", seconds), ("requests", calls.Count), ("codes", calls.Codes()),
            ("no_answer", calls.Broken), ("lost_runs", lost.Count), ("latency_ms", calls.Latencies()));
        Report.Goal($"{clients} clients for {seconds} s: answers of 5xx, and requests without one", calls.CountOf(5) + calls.Broken, 0);
        Report.Goal($"{clients} clients for {seconds} s: acknowledged runs that are lost or wrong", lost.Count, 0);
        if (lost.Count > 0) throw new WrongResultException($"Lost runs: {string.Join(", ", lost.Take(10))}");
    }

    private static async Task FollowRunsAsync(
        int client, CallTimes calls, ConcurrentQueue<SmallRun> acknowledged, Meter meter, TimeSpan until)
    {
        for (var number = 0; meter.ElapsedMs < until.TotalMilliseconds; number++)
        {
            var run = new SmallRun($"load-{client}-{number}", Flashpoints);
            if ((await calls.SendAsync("post", run.Post())).Code != HttpStatusCode.Accepted)
            {
                await Task.Delay(LookInterval, TimeProvider.System);
                continue;
            }

            acknowledged.Enqueue(run);
            await FollowAsync(run, calls, meter, until + Patience);
            await calls.GetAsync("list", "/api/runs?limit=20");
        }
    }

    private static async Task FollowAsync(SmallRun run, CallTimes calls, Meter meter, TimeSpan until)
    {
        while (meter.ElapsedMs < until.TotalMilliseconds)
        {
            await Task.Delay(LookInterval, TimeProvider.System);
            var (status, _) = await calls.GetAsync("status", $"/runtime/webhooks/durabletask/instances/{run.Id}");
            var (_, detail) = await calls.GetAsync("run", $"/api/runs/{run.Id}");
            if (status != HttpStatusCode.OK || detail.Length == 0 || !JsonElement.Parse(detail).TryGetProperty("ended_at", out _)) continue;
            var (code, results) = await calls.GetAsync("results", $"/api/runs/{run.Id}/results");
            if (code == HttpStatusCode.OK) run.Check(results);
            return;
        }
    }

    private static async Task<List<string>> LostAsync(ServedHost host, IEnumerable<SmallRun> acknowledged)
    {
        var lost = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = LookersAtTheEnd };
        await Parallel.ForEachAsync(acknowledged, options, async (run, token) =>
        {
            var detail = await host.EndOfAsync(run.Id, LookInterval).WaitAsync(Patience, TimeProvider.System, token);
            if (detail.GetProperty("state").GetString() != "completed") lost.Add(run.Id);
            run.Check(await host.Http.GetByteArrayAsync(new Uri($"/api/runs/{run.Id}/results", UriKind.Relative), token));
        });
        return [.. lost];
    }
}
