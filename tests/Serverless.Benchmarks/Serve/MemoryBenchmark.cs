using System.Text.Json.Nodes;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Serve;

/// <summary>Memory of the service over many small runs, one after another in a few lanes: it must not grow with them.</summary>
internal static class MemoryBenchmark
{
    private const int SampleCount = 20;
    private const double AllowedMbPerThousandRuns = 1;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(Arguments arguments)
    {
        var runs = arguments.Number("runs", 10_000, least: SampleCount);
        var lanes = arguments.Number("lanes", 16);
        arguments.RefuseOthers();
        using var host = await ServedHost.StartAsync(workersMax: 64, pollSeconds: 0.1);
        var memory = new List<(int Runs, double Mb)>();
        var meter = new Meter();
        var next = 0;
        var done = 0;
        async Task RunLaneAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number <= runs)
            {
                await RunOneAsync(host, number);
                var ended = Interlocked.Increment(ref done);
                if (ended % (runs / SampleCount) != 0) continue;
                lock (memory) memory.Add((ended, host.MemoryMb));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => RunLaneAsync()));
        var slope = SlopePerThousand([.. memory.OrderBy(sample => sample.Runs).Skip(memory.Count / 2)]);
        Report.Line(
            "fanout", "serve-memory", runs, "sample", host.Read(meter.ElapsedMs),
            ("lanes", lanes),
            ("mb_by_runs", new JsonObject(memory.OrderBy(sample => sample.Runs)
                .Select(sample => KeyValuePair.Create<string, JsonNode?>($"{sample.Runs}", Report.Round(sample.Mb))))),
            ("mb_per_1000_runs", Report.Round(slope)));
        Report.Goal($"{runs} small runs: growth in the second half, MiB per 1,000 runs", slope, AllowedMbPerThousandRuns);
    }

    private static async Task RunOneAsync(ServedHost host, int number)
    {
        var run = new SmallRun($"memory-{number}", flashpoints: 2);
        using var post = await host.Http.SendAsync(run.Post());
        post.EnsureSuccessStatusCode();
        await host.EndOfAsync(run.Id, LookInterval);
        run.Check(await host.Http.GetByteArrayAsync(new Uri($"/api/runs/{run.Id}/results", UriKind.Relative)));
    }

    /// <summary>Of the straight line that lies closest.</summary>
    private static double SlopePerThousand(IReadOnlyList<(int Runs, double Mb)> samples)
    {
        var (meanRuns, meanMb) = (samples.Average(sample => sample.Runs), samples.Average(sample => sample.Mb));
        var along = samples.Sum(sample => (sample.Runs - meanRuns) * (sample.Runs - meanRuns));
        return 1_000 * samples.Sum(sample => (sample.Runs - meanRuns) * (sample.Mb - meanMb)) / along;
    }
}
