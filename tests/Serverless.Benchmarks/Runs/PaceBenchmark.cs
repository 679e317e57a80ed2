using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Benchmarks.Measuring;
using Serverless.Core;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Emulator;
using Serverless.Engine;
using Serverless.RunPod;
using Serverless.Storage;
using Serverless.TestKit;
using Serverless.Workers;

namespace Serverless.Benchmarks.Runs;

/// <summary>
/// How long a run takes beside its slowest chunk: 12 flashpoints of 10 s over 4 workers, all times divided by a factor,
/// through the engine, the orchestrators, the gateway over HTTP and the file store.
/// </summary>
internal static class PaceBenchmark
{
    private const int Workers = 4;
    private const double SecondsPerFlashpoint = 10;
    private const double AllowedRatio = 1.05;

    /// <summary>What the command takes against its own emulator.</summary>
    private const double LocalPollSeconds = 0.1;

    public static async Task RunAsync(Arguments arguments)
    {
        var factor = arguments.Decimal("factor", 10);
        var pollSeconds = arguments.Decimal("poll-seconds", LocalPollSeconds);
        var repeat = arguments.Number("repeat", 1);
        arguments.RefuseOthers();
        if (factor <= 0) throw new ArgumentException("--factor is 0; allowed: more than zero.");
        await RunOnceAsync(TimeSpan.Zero, pollSeconds / factor);
        var ratios = new List<double>();
        for (var r = 0; r < repeat; r++)
        {
            var (cost, report, checks) = await RunOnceAsync(
                TimeSpan.FromSeconds(SecondsPerFlashpoint / factor), pollSeconds / factor);
            var slowest = 1000 * report.GetProperty("chunks").EnumerateArray()
                .Max(chunk => chunk.GetProperty("total_execution_sec").GetDouble());
            ratios.Add(cost.WallMs / slowest);
            Report.Line(
                "fanout", "pace", report.GetProperty("flashpoints").GetInt32(), "sample", cost,
                ("factor", factor),
                ("poll_ms", Report.Round(1000 * pollSeconds / factor)),
                ("slowest_chunk_ms", Report.Round(slowest)),
                ("status_calls", checks),
                ("ratio", Report.Round(ratios[^1])));
        }

        Report.Goal("12 flashpoints over 4 workers: wall / slowest chunk", Samples.Median(ratios), AllowedRatio);
    }

    private static async Task<(Cost Cost, JsonElement Report, long StatusCalls)> RunOnceAsync(
        TimeSpan perFlashpoint, double pollSeconds)
    {
        var clock = TimeProvider.System;
        using var folder = new TemporaryFolder();
        using var files = new FileObjectStore(folder.File("results"));
        var pace = new SampleHandlerOptions { SecondsPerFlashpoint = perFlashpoint };
        var handler = new SampleHandler(pace, clock, NullLogger<SampleHandler>.Instance);
        var emulatorOptions = new EmulatorOptions { WorkersMax = Workers, ReturnAggregateStream = true };
        await using var emulator = await RunPodEmulator.StartAsync(emulatorOptions, handler, clock);
        var endpoint = RunPodEndpoint.Parse(
            $"{emulator.BaseAddress.AbsoluteUri.TrimEnd('/')}/{emulatorOptions.EndpointId}");
        var options = new RunPodOptions { VisibilityGrace = TimeSpan.Zero };
        using var api = new HttpRunPodApi(endpoint, "bench", options);
        using var backend = new RunPodJobBackend(
            endpoint, api, options, clock, new Random(1), NullLogger<RunPodJobBackend>.Instance);
        DurableEngine? running = null;
        var environment = new RunEnvironment { Objects = files, Backends = _ => backend, Client = () => running!.Client };
        var engineOptions = new EngineOptions { DatabasePath = folder.File("fanout.db") };
        await using var engine = running = DurableEngine.Start(engineOptions, environment.CreateRegistry(), clock);

        var meter = new Meter();
        var run = await StartAsync(new RunControl(engine.Client, files), backend.Address, pollSeconds);
        var ended = await engine.Client.WaitForInstanceCompletionAsync(run);
        var cost = meter.Read();
        if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Completed)
            throw new WrongResultException($"The run ended as {ended.RuntimeStatus}: {ended.FailureDetails}");
        var store = new RunStore(files, RunId.Parse(run));
        var report = JsonDocument.Parse((await store.ReadReportAsync(CancellationToken.None))!).RootElement.Clone();
        if (!report.GetProperty("ok").GetBoolean()) throw new WrongResultException($"The report is not ok: {report}");
        return (cost, report, emulator.Statistics.Calls("status"));
    }

    private static async Task<string> StartAsync(RunControl control, string backend, double pollSeconds)
    {
        await using var list = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "flashpoints.json"));
        var measured = FlashpointReader.ReadAsync(list, CancellationToken.None);
        var manifest = await RunStore.MeasureAsync(measured, CancellationToken.None);
        list.Position = 0;
        var input = new RunInput
        {
            RunId = "pace",
            Date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Trigger = "manual",
            Workers = Workers,
            Backend = backend,
            Flashpoints = manifest.Count,
            ManifestSha256 = manifest.Sha256,
            PollSeconds = pollSeconds,
        };
        var flashpoints = FlashpointReader.ReadAsync(list, CancellationToken.None);
        await control.StartAsync(input, manifest, flashpoints, CancellationToken.None);
        return input.RunId;
    }
}
