using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Benchmarks.Measuring;
using Serverless.Core;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Core.Watching;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.RunPod;
using Serverless.Storage;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Runs;

/// <summary>What watching many jobs at once costs, and how late their ends are seen: the coordinator in this process, the
/// emulator in one of its own. As many jobs are submitted a second as end, so that all of them run at once in the middle.
/// </summary>
internal static class WatchBenchmark
{
    private const double AllowedCallsPerSecond = 200;

    public static async Task RunAsync(Arguments arguments)
    {
        var jobs = arguments.Number("jobs", 10_000);
        var seconds = arguments.Decimal("seconds", 60);
        arguments.RefuseOthers();
        using var folder = new TemporaryFolder();
        using var emulator = new FanOutCommand(
            folder.Path, new Dictionary<string, string>(),
            "emulator", "--port", "0", "--workers-max", $"{jobs}",
            "--seconds-per-flashpoint", seconds.ToString(CultureInfo.InvariantCulture));
        var endpoint = RunPodEndpoint.Parse(Address(await emulator.ReadLineAsync()));
        var options = new RunPodOptions { RunCallsPerWindow = Math.Max(1000, (int)(jobs / seconds * 10 / 0.9)) };
        using var http = new HttpRunPodApi(endpoint, "bench", options);
        var api = new CountingApi(http, TimeProvider.System);
        using var backend = new RunPodJobBackend(
            endpoint, api, options, TimeProvider.System, new Random(1), NullLogger<RunPodJobBackend>.Instance);

        var meter = new Meter();
        var report = await FanOutAsync(folder, backend, jobs);
        var cost = meter.Read();
        emulator.Look();
        Print(report, cost, api, emulator, jobs, seconds);
    }

    private static async Task<JsonElement> FanOutAsync(TemporaryFolder folder, RunPodJobBackend backend, int jobs)
    {
        using var files = new FileObjectStore(folder.File("results"));
        DurableEngine? running = null;
        await using var watch = new JobWatch(
            _ => backend, () => running!.Client, TimeProvider.System, NullLoggerFactory.Instance);
        var environment = new RunEnvironment
        {
            Objects = files,
            Backends = _ => backend,
            Client = () => running!.Client,
            Watch = watch,
        };

        // As the command has them.
        var engineOptions = new EngineOptions
        {
            DatabasePath = folder.File("fanout.db"),
            MaxConcurrentActivities = 256,
            MaxConcurrentActivitiesByName = new Dictionary<string, int>(StringComparer.Ordinal)
            {
                [Names.SubmitChunk] = 16,
                [Names.CheckJob] = 96,
            },
        };
        await using var engine = running = DurableEngine.Start(engineOptions, environment.CreateRegistry(), TimeProvider.System);
        var store = new RunStore(files, RunId.Parse("watch"));
        await StartAsync(new RunControl(engine.Client, files), backend.Address, jobs);
        var ended = await engine.Client.WaitForInstanceCompletionAsync("watch");
        if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Completed)
            throw new WrongResultException($"The run ended as {ended.RuntimeStatus}: {ended.FailureDetails}");
        var report = JsonDocument.Parse((await store.ReadReportAsync(CancellationToken.None))!).RootElement.Clone();
        if (!report.GetProperty("ok").GetBoolean())
            throw new WrongResultException($"Not every flashpoint has its result: {report.GetProperty("failures")[0]}");
        return report;
    }

    private static void Print(
        JsonElement report, Cost cost, CountingApi api, FanOutCommand emulator, int jobs, double seconds)
    {
        var attempts = report.GetProperty("chunks").EnumerateArray()
            .SelectMany(chunk => chunk.GetProperty("attempt_log").EnumerateArray())
            .Select(attempt => WatchedAttempt.Of(attempt, api))
            .ToList();
        var late = attempts.ConvertAll(attempt => (attempt.Seen - attempt.Ended).TotalMilliseconds);
        var told = attempts.ConvertAll(attempt => (attempt.Seen - attempt.Looked).TotalMilliseconds);
        var atOnce = attempts.Max(one => attempts.Count(other => other.Begun <= one.Seen && other.Seen >= one.Seen));
        Report.Line(
            "fanout", "watch", jobs, "sample", cost,
            ("seconds", seconds),
            ("at_once", atOnce),
            ("status_calls", api.Total("status")),
            ("status_calls_per_second_most", api.MostPerSecond("status")),
            ("stream_calls", api.Total("stream")),
            ("late_ms_median", Percent(late, 0.5)),
            ("late_ms_p95", Percent(late, 0.95)),
            ("late_ms_p99", Percent(late, 0.99)),
            ("late_ms_most", Percent(late, 1)),
            ("of_that_after_the_look_ms_median", Percent(told, 0.5)),
            ("of_that_after_the_look_ms_p99", Percent(told, 0.99)),
            ("emulator_cpu_ms", Report.Round(emulator.CpuMs)),
            ("load", MachineLoad.Now));
        Report.Goal($"{jobs} jobs of {seconds} s: status calls a second", api.MostPerSecond("status"), AllowedCallsPerSecond);
        var most = Math.Max(1000, seconds * 20);
        Report.Goal($"{jobs} jobs of {seconds} s: ms until 99 of 100 ends are seen", Percent(late, 0.99), most);
    }

    private static double Percent(IReadOnlyCollection<double> values, double share) => Report.Round(Samples.Percentile(values, share));

    private static string Address(string line) =>
        line.Split(' ', '=').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal))
        ?? throw new WrongResultException($"The emulator does not say where it listens: {line}");

    private static async Task StartAsync(RunControl control, string backend, int jobs)
    {
        var lines = Enumerable.Range(0, jobs).Select(i => $$"""{"id":"fp-{{i}}","feeds":[{"text":"A flood in the valley."}]}""");
        var list = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var manifest = await RunStore.MeasureAsync(Read(list), CancellationToken.None);
        var input = new RunInput
        {
            RunId = "watch",
            Date = "2025-01-01",
            Trigger = "manual",
            Workers = jobs,
            Backend = backend,
            Flashpoints = manifest.Count,
            ManifestSha256 = manifest.Sha256,
            ChunkSize = 1,
            PollSeconds = 1,
        };
        await control.StartAsync(input, manifest, Read(list), CancellationToken.None);
    }

    private static IAsyncEnumerable<Flashpoint> Read(byte[] list) =>
        FlashpointReader.ReadAsync(new MemoryStream(list), CancellationToken.None);
}
