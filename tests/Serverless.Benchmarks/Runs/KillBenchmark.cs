using System.Globalization;
using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Runs;

/// <summary>kill -9 of a process that is at 40 % of a fan-out of HTTP calls, and another start.</summary>
internal static class KillBenchmark
{
    private const double KillAt = 0.4;
    private const double AllowedRunningMs = 1_000;

    /// <summary>What the fastest peer takes.</summary>
    private const double AllowedResultMs = 3_000;

    public static async Task RunAsync(Arguments arguments)
    {
        var (n, repeat) = (arguments.Number("n", 2_000), arguments.Number("repeat", 5));
        var concurrency = arguments.Number("concurrency", 64);
        arguments.RefuseOthers();
        var kills = new List<Kill>();
        for (var r = 0; r < repeat; r++) kills.Add(await RepeatAsync(n, concurrency));
        var what = $"kill -9 at {KillAt:P0} of {n} http".Replace(" %", "%", StringComparison.Ordinal);
        Report.Goal($"{what}: calls made again, most", kills.Max(kill => kill.MadeAgain), concurrency);
        Report.Goal($"{what}: finished calls made again, most", kills.Max(kill => kill.FinishedMadeAgain), 0);
        Report.Goal($"{what}: restart to running, median ms", Samples.Median([.. kills.Select(kill => kill.RunningMs)]), AllowedRunningMs);
        Report.Goal($"{what}: restart to result, median ms", Samples.Median([.. kills.Select(kill => kill.ResultMs)]), AllowedResultMs);
    }

    private static async Task<Kill> RepeatAsync(int n, int concurrency)
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("kill.db");
        await using var stub = await StubProcess.StartAsync(TimeSpan.Zero);
        using var client = new StubClient(stub.Url);
        using (var first = Start(stub.Url, database, n, concurrency, onLine: null))
        {
            while (await client.CountAsync() < n * KillAt) await Task.Yield();
            first.KillHard();
            if (await first.ExitAsync() != DotnetProcess.Killed)
                throw new WrongResultException($"It ended before it was killed: {first.Errors}");
        }

        var called = (await client.CallsAsync()).Length;
        var finished = FinishedCalls.Read(database);
        var meter = new Meter();
        var (running, result) = (0.0, 0.0);
        using var second = Start(stub.Url, database, n, concurrency, line =>
        {
            if (line == EngineCommand.Running) running = meter.ElapsedMs;
            if (line == EngineCommand.Right) result = meter.ElapsedMs;
        });
        if (await second.ExitAsync() != 0 || result == 0) throw new WrongResultException($"No result after the kill: {second.Errors}");
        var again = (await client.CallsAsync()).GroupBy(i => i).Where(calls => calls.Count() > 1).Select(calls => calls.Key).ToList();
        var kill = new Kill(again.Count, again.Count(finished.Contains), running, result);
        Report.Line(
            "fanout", "kill", n, "http", meter.Read(),
            ("called_at_kill", called),
            ("finished_at_kill", finished.Count),
            ("made_again", kill.MadeAgain),
            ("finished_made_again", kill.FinishedMadeAgain),
            ("restart_to_running_ms", Report.Round(running)),
            ("restart_to_result_ms", Report.Round(result)));
        return kill;
    }

    private static DotnetProcess Start(Uri url, string database, int n, int concurrency, Action<string>? onLine)
    {
        string[] arguments =
        [
            EngineCommand.Command, "--work", "http", "--url", $"{url}", "--database", database,
            "--n", n.ToString(CultureInfo.InvariantCulture), "--concurrency", concurrency.ToString(CultureInfo.InvariantCulture),
        ];
        return DotnetProcess.Start(new DotnetStart(typeof(KillBenchmark).Assembly.Location, arguments)
        {
            OnOutputLine = (_, line) => onLine?.Invoke(line),
        });
    }

    private sealed record Kill(int MadeAgain, int FinishedMadeAgain, double RunningMs, double ResultMs);
}
