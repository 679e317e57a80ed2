using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;

namespace Serverless.Benchmarks.Engine;

/// <summary>Many small instances: one after another, all at once, and as the children of one.</summary>
internal static class InstanceBenchmarks
{
    /// <summary>What a parent is compared with that has many children.</summary>
    private const int FewChildren = 100;

    /// <summary>Room for chance: per child, many may cost this much of few.</summary>
    private const double AllowedChildRatio = 1.1;

    public static async Task SingleAsync(Arguments arguments)
    {
        var plan = FanOutPlan.From(arguments, 200);
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var medians = new List<double>();
        for (var r = -plan.Warm; r < plan.Repeat; r++)
        {
            await using var bed = await EngineBed.StartWarmAsync(work, plan.Concurrency);
            var commitMs = Floor.CommitMs(plan.N);
            var (commits, each) = (bed.Engine.Commits, new List<double>());
            var meter = new Meter();
            for (var k = 0; k < plan.N; k++)
            {
                var before = meter.ElapsedMs;
                await bed.SingleAsync(k);
                each.Add(meter.ElapsedMs - before);
            }

            var cost = meter.Read();
            var median = Samples.Median(each);
            if (r >= 0) medians.Add(median);
            Report.Line(
                "fanout", "single", plan.N, work.Name, cost,
                ("commits", bed.Engine.Commits - commits),
                ("median_ms", Report.Round(median)),
                ("p95_ms", Report.Round(Samples.Percentile(each, 0.95))),
                ("bare_commit_median_ms", Report.Round(commitMs)));
        }

        Report.Goal("one instance of one activity, median ms", Samples.Median(medians), 1);
    }

    public static async Task BurstAsync(Arguments arguments)
    {
        var plan = FanOutPlan.From(arguments, 1_000);
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var walls = new List<double>();
        for (var r = -plan.Warm; r < plan.Repeat; r++)
        {
            await using var bed = await EngineBed.StartWarmAsync(work, plan.Concurrency);
            var commits = bed.Engine.Commits;
            var meter = new Meter();
            await Task.WhenAll(Enumerable.Range(0, plan.N).Select(bed.SingleAsync));
            var cost = meter.Read();
            if (r >= 0) walls.Add(cost.WallMs);
            Report.Line("fanout", "burst", plan.N, work.Name, cost, ("commits", bed.Engine.Commits - commits));
        }

        Report.Goal($"{plan.N} instances at once, ms", Samples.Median(walls), plan.N * 0.25);
    }

    public static async Task ChildrenAsync(Arguments arguments)
    {
        var plan = FanOutPlan.From(arguments, 10_000);
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var ratios = new List<double>();
        for (var r = -plan.Warm; r < plan.Repeat; r++)
        {
            await using var bed = await EngineBed.StartWarmAsync(work, plan.Concurrency);
            var parents = (plan.N + FewChildren - 1) / FewChildren;
            var small = (await ParentsAsync(bed, parents, FewChildren)).WallMs / (parents * FewChildren);
            var commits = bed.Engine.Commits;
            var cost = await ParentsAsync(bed, 1, plan.N);
            if (r >= 0) ratios.Add(cost.WallMs / plan.N / small);
            Report.Line(
                "fanout", "children", plan.N, work.Name, cost,
                ("commits", bed.Engine.Commits - commits),
                ("ms_per_child", Report.Round(cost.WallMs / plan.N)),
                ($"ms_per_child_of_{FewChildren}", Report.Round(small)));
        }

        Report.Goal(
            $"a child of {plan.N} / a child of {FewChildren}, median", Samples.Median(ratios), AllowedChildRatio);
    }

    private static async Task<Cost> ParentsAsync(EngineBed bed, int parents, int children)
    {
        var meter = new Meter();
        for (var k = 0; k < parents; k++) await bed.FanAsync(Programs.Parent, children);
        return meter.Read();
    }
}
