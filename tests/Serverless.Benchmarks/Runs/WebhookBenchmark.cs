using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Benchmarks.Measuring;
using Serverless.Emulator;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Runs;

/// <summary>How long after RunPod's report a chunk goes on: <c>fanout serve</c> in a process of its own, the emulator and the worker in
/// this one, which thus knows when each job ended. Nobody polls meanwhile.</summary>
internal static class WebhookBenchmark
{
    private const double AllowedMs = 50;

    public static async Task RunAsync(Arguments arguments)
    {
        var jobs = arguments.Number("jobs", 1000);
        var lanes = arguments.Number("lanes", 16);
        var holdMs = arguments.Decimal("hold-ms", 500);
        arguments.RefuseOthers();
        using var folder = new TemporaryFolder();
        var clock = new LaneClock(holdMs);
        var options = new EmulatorOptions { WorkersMax = lanes, IdleTimeout = TimeSpan.FromHours(1) };
        await using var emulator = await RunPodEmulator.StartAsync(options, clock);
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        using var serve = new FanOutCommand(folder.Path, Settings(emulator, options, address), "serve", "--state", "state");
        await serve.ReadLineAsync();
        using var http = new HttpClient { BaseAddress = address };
        await EndAsync(http, serve, "warm", lanes * 8, lanes);
        serve.ResetPeak();
        serve.Look();
        var (meter, cpuBefore) = (new Meter(), serve.CpuMs);
        await EndAsync(http, serve, "timed", jobs, lanes);
        var cost = new Cost(meter.ElapsedMs, serve.CpuMs - cpuBefore, serve.PeakMb);
        await PrintAsync(folder, clock, emulator, cost, jobs, lanes);
    }

    private static Dictionary<string, string> Settings(RunPodEmulator emulator, EmulatorOptions options, Uri address) => new()
    {
        ["RUNPOD_ENDPOINT"] = $"{emulator.BaseAddress.AbsoluteUri.TrimEnd('/')}/{options.EndpointId}",
        ["RUNPOD_API_KEY"] = "bench",
        ["LISTEN_URL"] = address.AbsoluteUri.TrimEnd('/'),
        ["PUBLIC_URL"] = address.AbsoluteUri.TrimEnd('/'),
        ["POLL_SECONDS"] = "60",
        ["LOG_LEVEL"] = "WARN",
    };

    private static async Task EndAsync(HttpClient http, FanOutCommand serve, string run, int jobs, int lanes)
    {
        var body = new StringBuilder();
        body.Append(
            CultureInfo.InvariantCulture, $$"""{"run_id":"{{run}}","workers":{{lanes}},"options":{"chunk_size":1},"flashpoints":[""");
        body.AppendJoin(',', Enumerable.Range(0, jobs).Select(index => $$"""{"id":"fp-{{index}}"}"""));
        body.Append("]}");
        using var content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/api/runs", UriKind.Relative), content);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            throw new WrongResultException($"The run was not taken: {await answer.Content.ReadAsStringAsync()}");
        while (true)
        {
            serve.Look();
            var detail = JsonElement.Parse(await http.GetByteArrayAsync(new Uri($"/api/runs/{run}", UriKind.Relative)));
            if (detail.TryGetProperty("ended_at", out var ended) && ended.ValueKind != JsonValueKind.Null) return;
            await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System);
        }
    }

    private static async Task PrintAsync(
        TemporaryFolder folder, LaneClock clock, RunPodEmulator emulator, Cost cost, int jobs, int lanes)
    {
        var report = JsonElement.Parse(await File.ReadAllBytesAsync(folder.File("state/results/runs/timed/report.json")));
        if (!report.GetProperty("ok").GetBoolean()) throw new WrongResultException("Not every flashpoint has its result.");
        var known = report.GetProperty("chunks").EnumerateArray()
            .SelectMany(chunk => chunk.GetProperty("attempt_log").EnumerateArray())
            .Select(attempt =>
                attempt.GetProperty("ended_at").GetDateTimeOffset() - clock.EndOf(attempt.GetProperty("job_id").GetString()!))
            .Select(late => late.TotalMilliseconds).ToList();
        var gaps = clock.GapsOf("timed");
        Report.Line(
            "fanout", "webhook", jobs, "stub", cost,
            ("lanes", lanes), ("webhooks", emulator.Statistics.WebhooksTaken),
            ("known_ms_median", Percent(known, 0.5)), ("known_ms_p95", Percent(known, 0.95)),
            ("known_ms_p99", Percent(known, 0.99)), ("known_ms_most", Percent(known, 1)),
            ("next_job_ms_median", Percent(gaps, 0.5)), ("next_job_ms_p99", Percent(gaps, 0.99)),
            ("load", MachineLoad.Now));
        Report.Goal(
            $"{jobs} jobs, {lanes} at once: ms from a job's end until its chunk goes on, 99 of 100", Percent(known, 0.99), AllowedMs);
    }

    private static double Percent(IReadOnlyCollection<double> values, double share) => Report.Round(Samples.Percentile(values, share));
}
