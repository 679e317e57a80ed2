using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;
using Serverless.Durable;

namespace Serverless.Benchmarks.Engine;

/// <summary>What a start costs with much behind it, and what waiting costs in memory.</summary>
internal static class StartBenchmarks
{
    private const int Concurrency = 64;
    private const double AllowedStartMs = 1_000;

    /// <summary>From the start of the engine until the instance with a long history asks for its activity again.</summary>
    public static async Task RecoverAsync(Arguments arguments)
    {
        var (n, repeat) = (arguments.Number("n", 50_000), arguments.Number("repeat", 5));
        var shape = arguments.OneOf("shape", "fan", "sequence");
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var program = shape == "fan" ? Programs.RememberFan : Programs.RememberSequence;
        var walls = new List<double>();
        await using var bed = await EngineBed.StartWarmAsync(work, Concurrency);
        var build = new Meter();
        var id = await bed.Engine.Client.ScheduleNewOrchestrationInstanceAsync(program, n);
        await bed.Gate.Reached.Task;
        var buildMs = build.ElapsedMs;
        for (var r = 0; r < repeat; r++)
        {
            await bed.StopAsync();
            var meter = new Meter();
            bed.Start();
            var openMs = meter.ElapsedMs;
            await bed.Gate.Reached.Task;
            var cost = meter.Read();
            walls.Add(cost.WallMs);
            Report.Line(
                "fanout", "recover", n, work.Name, cost,
                ("commits", bed.Engine.Commits),
                ("shape", shape),
                ("start_returned_ms", Report.Round(openMs)),
                ("build_ms", Report.Round(buildMs)));
        }

        bed.Gate.Opened.SetResult();
        var sum = (await bed.WaitAsync(id)).ReadOutputAs(WorkJson.Default.Int64);
        if (sum != (long)n * (n - 1) / 2) throw new WrongResultException($"The recovered sum is {sum}.");
        Report.Goal($"recovery of {2 * n} events, ms", Samples.Median(walls), AllowedStartMs);
    }

    /// <summary>A start with many instances asleep: nobody is loaded, no history is read.</summary>
    public static async Task SleepingAsync(Arguments arguments)
    {
        var (n, repeat) = (arguments.Number("n", 10_000), arguments.Number("repeat", 5));
        arguments.RefuseOthers();
        await using var work = new NoWork();
        await using var bed = await EngineBed.StartWarmAsync(work, Concurrency);
        var ids = await Task.WhenAll(Enumerable.Range(0, n).Select(
            i => bed.Engine.Client.ScheduleNewOrchestrationInstanceAsync(Programs.Sleep, i)));
        var walls = new List<double>();
        var inMemory = 0;
        for (var r = 0; r < repeat; r++)
        {
            await bed.StopAsync();
            var heap = GC.GetTotalMemory(forceFullCollection: true);
            var meter = new Meter();
            bed.Start();
            var cost = meter.Read();
            walls.Add(cost.WallMs);
            inMemory = Math.Max(inMemory, bed.Engine.InstancesInMemory);
            var grown = GC.GetTotalMemory(forceFullCollection: true) - heap;
            Report.Line(
                "fanout", "sleeping", n, "timer", cost,
                ("commits", bed.Engine.Commits),
                ("instances_in_memory", bed.Engine.InstancesInMemory),
                ("heap_bytes_per_instance", Report.Round((double)grown / n)));
        }

        await CheckAsleepAsync(bed, ids);
        Report.Goal($"start with {n} asleep, ms", Samples.Median(walls), AllowedStartMs);
        Report.Goal($"instances in memory of {n} asleep", inMemory, 0);
    }

    /// <summary>What an activity takes of the managed heap that was asked for and whose turn has not come.</summary>
    public static async Task PendingAsync(Arguments arguments)
    {
        var n = arguments.Number("n", 100_000);
        arguments.RefuseOthers();
        await using var work = new NoWork();
        await using var bed = await EngineBed.StartWarmAsync(work, Concurrency);
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var meter = new Meter();
        var id = await bed.Engine.Client.ScheduleNewOrchestrationInstanceAsync(Programs.Pending, n);
        await bed.Gate.Reached.Task;

        // It is taken in a turn of its own, so when it has been, all that the first turn asked for is queued.
        await bed.Engine.Client.RaiseEventAsync(id, "Settled");
        var cost = meter.Read();
        var perActivity = (double)(GC.GetTotalMemory(forceFullCollection: true) - heap) / n;
        Report.Line(
            "fanout", "pending", n, "hold", cost, ("heap_bytes_per_activity", Report.Round(perActivity)));
        Report.Goal("heap bytes per pending activity", perActivity, 1024);
    }

    private static async Task CheckAsleepAsync(EngineBed bed, string[] ids)
    {
        foreach (var id in ids)
        {
            var instance = await bed.Engine.Client.GetInstanceAsync(id);
            if (instance?.RuntimeStatus != OrchestrationRuntimeStatus.Running)
                throw new WrongResultException("An instance that should sleep does not.");
        }

        await bed.Engine.Client.TerminateInstanceAsync(ids[^1]);
        var ended = await bed.Engine.Client.WaitForInstanceCompletionAsync(ids[^1]);
        if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Terminated)
            throw new WrongResultException("A sleeping instance could not be woken.");
    }
}
