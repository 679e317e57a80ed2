using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Benchmarks.Measuring;
using Serverless.Core;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.Engine;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Runs;

/// <summary>
/// What a run asks of a durable engine, whichever it is: the real orchestrators and activities, on the embedded engine with a
/// clock that is driven, and jobs that all take the same time. One line for each orchestrator, and one for the run.
/// </summary>
internal static class ActionsBenchmark
{
    private const string RunName = "etl-2025-01-01";

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(20);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task RunAsync(Arguments arguments)
    {
        var flashpoints = arguments.Number("flashpoints", 1_000);
        var chunkSize = arguments.Number("chunk-size", 32);
        var workers = arguments.Number("workers", 100);
        var duration = TimeSpan.FromSeconds(arguments.Number("job-seconds", 7_200));
        var reports = arguments.OneOf("end", "webhook", "timer") == "webhook";
        arguments.RefuseOthers();
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        var objects = new MemoryObjectStore();
        DurableEngine? running = null;
        var backend = new ClockBackend(clock, duration, () => running!.Client);
        var environment = new RunEnvironment
        {
            Objects = objects,
            Backends = _ => backend,
            Client = () => running!.Client,
            Time = clock,
            Webhook = reports ? ClockBackend.WebhookOf : static _ => null,
        };
        var options = new EngineOptions { DatabasePath = folder.File("fanout.db"), IdleTimeout = TimeSpan.FromDays(1000) };
        await using var engine = running = DurableEngine.Start(options, environment.CreateRegistry(), clock);
        var meter = new Meter();
        var input = await StartAsync(new RunControl(engine.Client, objects), flashpoints, chunkSize, workers, backend.Address);
        var summary = await DriveAsync(engine.Client, clock, new DatabaseRest(options.DatabasePath));
        await backend.ReportsAsync();
        if (summary.Flashpoints != flashpoints || !summary.Ok) throw new WrongResultException($"The run is not whole: {summary}");
        var elapsed = meter.ElapsedMs;
        var counts = await CountAsync(engine.Client);
        Show(input, summary, counts, elapsed, await AggregateAgainAsync(objects));
    }

    private static async Task<RunInput> StartAsync(RunControl control, int flashpoints, int chunkSize, int workers, string backend)
    {
        var list = List(flashpoints);
        var manifest = await RunStore.MeasureAsync(Read(list), default);
        var input = new RunInput
        {
            RunId = RunName,
            Date = "2025-01-01",
            Trigger = "etl_worker",
            Workers = workers,
            Backend = backend,
            Flashpoints = manifest.Count,
            ManifestSha256 = manifest.Sha256,
            ChunkSize = chunkSize,
        };
        return (await control.StartAsync(input, manifest, Read(list), default)).Input;
    }

    private static byte[] List(int count)
    {
        var list = new StringBuilder();
        for (var i = 0; i < count; i++) list.Append($$"""{"id":"fp-{{i}}"}""").Append('\n');
        return Encoding.UTF8.GetBytes(list.ToString());
    }

    private static IAsyncEnumerable<Flashpoint> Read(byte[] list) => FlashpointReader.ReadAsync(new MemoryStream(list), default);

    /// <summary>Lets time pass, from timer to timer and only when nothing else is left to do, until the run has ended.</summary>
    private static async Task<RunSummary> DriveAsync(DurableClient client, ManualClock clock, DatabaseRest rest)
    {
        var end = client.WaitForInstanceCompletionAsync(RunName, getInputsAndOutputs: true);
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, clock.WhenTimerDueBy(clock.GetUtcNow() + LongestWait));
            await rest.WhenQuietAsync();
            if (!end.IsCompleted && clock.NextDue is { } due && due - clock.GetUtcNow() <= LongestWait) clock.AdvanceTo(due);
        }

        var ended = await end;
        return ended.ReadOutputAs(RunJson.Default.RunSummary)
            ?? throw new WrongResultException($"The run ended as {ended.RuntimeStatus}: {ended.FailureDetails}");
    }

    private static async Task<List<OrchestratorCounts>> CountAsync(DurableClient client)
    {
        var counts = new SortedDictionary<string, OrchestratorCounts>(StringComparer.Ordinal);
        var query = new OrchestrationQuery { PageSize = EngineLimits.MaxPageSize };
        do
        {
            var page = await client.ListInstancesAsync(query);
            foreach (var instance in page.Values)
            {
                if (!counts.TryGetValue(instance.Name, out var of)) counts[instance.Name] = of = new OrchestratorCounts(instance.Name);
                of.Add(await client.GetOrchestrationHistoryAsync(instance.InstanceId));
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
        return [.. counts.Values];
    }

    /// <summary>How long the run's last activity takes by itself: it has to end within functionTimeout.</summary>
    private static async Task<double> AggregateAgainAsync(MemoryObjectStore objects)
    {
        var meter = new Meter();
        await new RunStore(objects, RunId.Parse(RunName)).AggregateAsync(default);
        return meter.ElapsedMs;
    }

    private static void Show(
        RunInput input, RunSummary summary, List<OrchestratorCounts> all, double wallMs, double aggregateMs)
    {
        foreach (var one in all)
        {
            Print(
                ("orchestrator", one.Name), ("instances", one.Instances), ("activities", one.Activities), ("children", one.Children),
                ("timers", one.Timers), ("events", one.Events), ("actions", one.Actions), ("history_events", one.HistoryEvents),
                ("most_history_events", one.MostHistoryEvents), ("largest_history_bytes", one.LargestHistoryBytes),
                ("largest_payload_bytes", one.LargestPayloadBytes), ("largest_payload", one.LargestPayload));
        }

        Print(
            ("flashpoints", input.Flashpoints), ("chunk_size", input.ChunkSize), ("chunks", summary.ChunkCount),
            ("workers", input.Workers), ("run_sec", summary.DurationSec), ("instances", all.Sum(one => one.Instances)),
            ("actions", all.Sum(one => one.Actions)), ("history_events", all.Sum(one => one.HistoryEvents)),
            ("wall_ms", Report.Round(wallMs)), ("aggregate_ms", Report.Round(aggregateMs)));
    }

    private static void Print(params (string Name, JsonNode? Value)[] members)
    {
        var line = new JsonObject();
        foreach (var (name, value) in members) line[name] = value;
        Console.Out.WriteLine(line.ToJsonString(Plain));
    }
}
