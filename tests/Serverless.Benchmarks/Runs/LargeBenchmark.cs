using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Benchmarks.Engine;
using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Runs;

/// <summary>Very many flashpoints: <c>fanout run</c> against <c>fanout emulator</c>, each its own process.</summary>
internal static partial class LargeBenchmark
{
    private const double AllowedMb = 500;
    private const string Text =
        "The council met on Monday to settle the budget of the harbour. Two thirds of the money will go to the sea " +
        "wall, which the storms of the last winter had left open in four places; the rest is for the ferry.";

    public static async Task RunAsync(Arguments arguments)
    {
        var flashpoints = arguments.Number("flashpoints", 100_000);
        var chunks = arguments.Number("chunks", 1_000);
        var workers = arguments.Number("workers", 100);
        var pollSeconds = arguments.Decimal("poll-seconds", 1);
        arguments.RefuseOthers();
        using var folder = new TemporaryFolder();
        await WriteListAsync(folder.File("flashpoints.json"), flashpoints);
        using var emulator = new FanOutCommand(
            folder.Path, new Dictionary<string, string>(),
            "emulator", "--port", "0", "--workers-max", Words(workers), "--seconds-per-flashpoint", "0");
        var endpoint = EndpointPattern().Match(await emulator.ReadLineAsync()).Groups[1].Value;
        var settings = new Dictionary<string, string>
        {
            ["RUNPOD_API_KEY"] = "bench",
            ["POLL_SECONDS"] = Words(pollSeconds),
        };
        var meter = new Meter();
        using var run = new FanOutCommand(
            folder.Path, settings,
            "run", "flashpoints.json", "--endpoint", endpoint, "--workers", Words(workers), "--out", "results.json",
            "--chunk-size", Words((flashpoints + chunks - 1) / chunks), "--state", "state", "--no-progress");
        var exit = await run.ExitAsync();
        var cost = new Cost(meter.ElapsedMs, run.CpuMs, run.PeakMb);
        emulator.Look();
        if (exit != 0) throw new WrongResultException($"fanout run ended with exit code {exit}:\n{run.Tail}");
        await CheckAsync(folder.File("results.json"), flashpoints);
        var database = folder.File(Path.Combine("state", "fanout.db"));
        Report.Line(
            "fanout", "large", flashpoints, "sample", cost,
            ("chunks", chunks),
            ("workers", workers),
            ("poll_s", pollSeconds),
            ("status_calls", HistoryCount.Of(database, Core.Runs.Names.CheckJob)),
            ("db_mb", Report.Round(DatabaseSize.Of(database) / 1024.0 / 1024.0)),
            ("emulator_cpu_ms", Report.Round(emulator.CpuMs)),
            ("emulator_rss_mb", Report.Round(emulator.PeakMb)));
        Report.Goal($"{flashpoints} flashpoints in {chunks} chunks: peak memory, MiB", cost.RssMb, AllowedMb);
    }

    private static async Task WriteListAsync(string path, int count)
    {
        await using var file = new StreamWriter(path, append: false, new UTF8Encoding(false));
        for (var i = 0; i < count; i++)
        {
            await file.WriteAsync(i == 0 ? "[\n" : ",\n");
            var feed = $$"""{"url":"https://news.example.org/{{i}}","text":"{{Text}}"}""";
            await file.WriteAsync($$"""{"id":"fp-{{i}}","title":"Item {{i}}","feeds":[{{feed}}]}""");
        }

        await file.WriteAsync("\n]\n");
    }

    /// <summary>As many entries as flashpoints, each in its place.</summary>
    private static async Task CheckAsync(string path, int count)
    {
        await using var file = File.OpenRead(path);
        var i = 0;
        await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable(file, WorkJson.Default.JsonElement))
        {
            var id = entry.ValueKind == JsonValueKind.Object ? entry.GetProperty("id").GetString() : null;
            if (id != $"fp-{i}") throw new WrongResultException($"Entry {i} of the results is of {id ?? "nobody"}.");
            i++;
        }

        if (i != count) throw new WrongResultException($"{count} results were due; {i} came.");
    }

    private static string Words(double number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"RUNPOD_ENDPOINT=(\S+)")]
    private static partial Regex EndpointPattern();
}
