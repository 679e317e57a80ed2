using System.Text.Json.Nodes;
using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;

namespace Serverless.Benchmarks.Engine;

/// <summary>
/// A fan-out in two processes on one folder: whoever starts them (<c>peers/kill.mjs</c>) kills the first in the middle.
/// </summary>
internal static class CrashBenchmark
{
    private const int Concurrency = 64;

    /// <summary>Prints the id of the instance as soon as it is durable, and runs it.</summary>
    public static async Task BeginAsync(Arguments arguments)
    {
        var (n, folder) = (arguments.Number("n", 2_000), arguments.Text("folder"));
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        await using var bed = new EngineBed(work, Concurrency, DatabaseIn(folder));
        var id = await bed.Engine.Client.ScheduleNewOrchestrationInstanceAsync(Programs.FanOut, n);
        Console.Out.WriteLine(new JsonObject { ["id"] = id }.ToJsonString());
        EngineBed.CheckNumbers(await bed.WaitAsync(id), n);
    }

    /// <summary>Starts on what is there and waits for the instance. What it does before that is not in its time.</summary>
    public static async Task FinishAsync(Arguments arguments)
    {
        var (n, folder, id) = (arguments.Number("n", 2_000), arguments.Text("folder"), arguments.Text("id"));
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var meter = new Meter();
        await using var bed = new EngineBed(work, Concurrency, DatabaseIn(folder));
        EngineBed.CheckNumbers(await bed.WaitAsync(id), n);
        Report.Line("fanout", "finish", n, work.Name, meter.Read(), ("commits", bed.Engine.Commits));
    }

    private static string DatabaseIn(string folder) => Path.Combine(folder, "bench.db");
}
