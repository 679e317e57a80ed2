using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;

namespace Serverless.Benchmarks.Engine;

/// <summary>What a purge gives back to the file system.</summary>
internal static class PurgeBenchmark
{
    /// <summary>Of what the instances had taken, this much may stay.</summary>
    private const double AllowedShareLeft = 0.05;

    public static async Task RunAsync(Arguments arguments)
    {
        var plan = FanOutPlan.From(arguments);
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var shares = new List<double>();
        for (var r = 0; r < plan.Repeat; r++)
        {
            await using var bed = new EngineBed(work, plan.Concurrency);
            await bed.FanAsync(Programs.FanOut, 1);
            var empty = await SizeAsync(bed);
            var id = await bed.Engine.Client.ScheduleNewOrchestrationInstanceAsync(Programs.FanOut, plan.N);
            await bed.WaitAsync(id);
            var full = await SizeAsync(bed);
            var meter = new Meter();
            await bed.Engine.Client.PurgeInstanceAsync(id);
            var cost = meter.Read();
            var left = FileSize(bed);
            shares.Add((double)(left - empty) / (full - empty));
            Report.Line(
                "fanout", "purge", plan.N, work.Name, cost,
                ("file_bytes_empty", empty),
                ("file_bytes_before", full),
                ("file_bytes_after", left));
        }

        Report.Goal($"file space left by {plan.N} purged activities, share", Samples.Median(shares), AllowedShareLeft);
    }

    /// <summary>With the engine stopped all of it lies in one file; the next start opens that.</summary>
    private static async Task<long> SizeAsync(EngineBed bed)
    {
        await bed.StopAsync();
        var size = FileSize(bed);
        bed.Start();
        return size;
    }

    private static long FileSize(EngineBed bed)
    {
        var log = new FileInfo(bed.DatabasePath + "-wal");
        return new FileInfo(bed.DatabasePath).Length + (log.Exists ? log.Length : 0);
    }
}
