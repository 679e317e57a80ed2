using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Serve;

/// <summary>How long <c>fanout serve</c> takes until it answers.</summary>
internal static class StartBenchmark
{
    private const double AllowedMs = 2_000;

    public static async Task RunAsync(Arguments arguments)
    {
        var repeat = arguments.Number("repeat", 5);
        arguments.RefuseOthers();
        var times = new List<double>();
        for (var i = 0; i < repeat; i++)
        {
            using var host = await ServedHost.StartAsync(workersMax: 1, pollSeconds: 1);
            times.Add(host.StartMs);
            Report.Line("fanout", "serve-start", 1, "none", host.Read(host.StartMs));
        }

        Report.Goal("fanout serve: start to ready, ms, median", Samples.Median(times), AllowedMs);
    }
}
