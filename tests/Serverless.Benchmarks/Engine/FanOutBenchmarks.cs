using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;

namespace Serverless.Benchmarks.Engine;

/// <summary>One instance that fans out and gathers: alone, beside the floor, and at two sizes.</summary>
internal static class FanOutBenchmarks
{
    /// <summary>How much more than the floor the engine may take.</summary>
    private static readonly Dictionary<string, double> AllowedRatio = new() { ["noop"] = 3, ["http"] = 1.5 };

    private const double AllowedRatioWhenSlow = 1.03;
    private const double AllowedMb = 150;
    private const double AllowedBytesPerActivity = 400;
    private const double SlowCallMs = 100;

    public static async Task RunAsync(Arguments arguments)
    {
        var plan = FanOutPlan.From(arguments);
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var costs = new List<(Cost Cost, double BytesBeyondPayload)>();
        for (var r = -plan.Warm; r < plan.Repeat; r++) costs.Add(await RepeatAsync(plan, work));
        Report.Goal(
            "database bytes per activity beyond payloads", costs.Max(c => c.BytesBeyondPayload), AllowedBytesPerActivity);
        if (work.Name == "http") Report.Goal($"memory at http {plan.N}, MiB", costs.Max(c => c.Cost.RssMb), AllowedMb);
    }

    public static async Task FloorAsync(Arguments arguments)
    {
        var plan = FanOutPlan.From(arguments);
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        for (var r = -plan.Warm; r < plan.Repeat; r++) await RepeatFloorAsync(plan, work);
    }

    /// <summary>Floor and engine by turns, so that what else the machine does meets both.</summary>
    public static async Task CompareAsync(Arguments arguments)
    {
        var plan = FanOutPlan.From(arguments);
        await using var work = await Workload.CreateAsync(arguments);
        var isSlow = work.DelayMs >= SlowCallMs;
        arguments.RefuseOthers();
        var floor = new List<double>();
        var engine = new List<double>();
        for (var r = -plan.Warm; r < plan.Repeat; r++)
        {
            var floorMs = (await RepeatFloorAsync(plan, work)).WallMs;
            var engineMs = (await RepeatAsync(plan, work)).Cost.WallMs;
            if (r < 0) continue;
            floor.Add(floorMs);
            engine.Add(engineMs);
        }

        Report.Goal(
            $"{work.Name} {plan.N}{(isSlow ? $" of {work.DelayMs} ms" : "")}: engine / floor, medians",
            Samples.Median(engine) / Samples.Median(floor),
            isSlow ? AllowedRatioWhenSlow : AllowedRatio[work.Name]);
    }

    /// <summary>A fan-out and one ten times as large, by turns.</summary>
    public static async Task LinearAsync(Arguments arguments)
    {
        var small = FanOutPlan.From(arguments);
        await using var work = await Workload.CreateAsync(arguments);
        arguments.RefuseOthers();
        var large = small with { N = small.N * 10 };
        var costs = new List<(double Small, double Large)>();
        for (var r = -small.Warm; r < small.Repeat; r++)
        {
            var pair = ((await RepeatAsync(small, work)).Cost.WallMs, (await RepeatAsync(large, work)).Cost.WallMs);
            if (r >= 0) costs.Add(pair);
        }


        var ratio = Samples.Median([.. costs.Select(c => c.Large)]) / Samples.Median([.. costs.Select(c => c.Small)]);
        Report.Goal($"{work.Name} {large.N} / {small.N}, medians", ratio, 11);
    }

    private static async Task<(Cost Cost, double BytesBeyondPayload)> RepeatAsync(FanOutPlan plan, Workload work)
    {
        await using var bed = await EngineBed.StartWarmAsync(work, plan.Concurrency);
        var (bytes, commits, calls) = (DatabaseSize.Of(bed.DatabasePath), bed.Engine.Commits, await work.CountAsync());
        var meter = new Meter();
        await bed.FanAsync(Programs.FanOut, plan.N);
        var cost = meter.Read();
        if (await work.CountAsync() - calls is { } made && made != plan.N)
            throw new WrongResultException($"{plan.N} calls were due; {made} were made.");
        var grown = (double)(DatabaseSize.Of(bed.DatabasePath) - bytes) / plan.N;
        var payload = (double)DatabaseSize.PayloadOf(plan.N) / plan.N;
        Report.Line(
            "fanout", "fan-out", plan.N, work.Name, cost,
            ("commits", bed.Engine.Commits - commits),
            ("db_bytes_per_activity", Report.Round(grown)),
            ("payload_bytes_per_activity", Report.Round(payload)));
        return (cost, grown - payload);
    }

    private static async Task<Cost> RepeatFloorAsync(FanOutPlan plan, Workload work)
    {
        using var floor = new Floor(work, plan.Concurrency);
        await floor.RunAsync("warm", 200);
        var meter = new Meter();
        var commits = await floor.RunAsync("measured", plan.N);
        var cost = meter.Read();
        Report.Line("floor", "fan-out", plan.N, work.Name, cost, ("commits", commits));
        return cost;
    }
}

/// <summary>How large, how many calls at once, how often.</summary>
/// <param name="N">How many.</param>
/// <param name="Concurrency">Activities at once.</param>
/// <param name="Repeat">Repetitions that count.</param>
/// <param name="Warm">Repetitions before, which are printed and do not count towards a goal: the runtime compiles the
/// hot paths again while they run.</param>
internal sealed record FanOutPlan(int N, int Concurrency, int Repeat, int Warm)
{
    public static FanOutPlan From(Arguments arguments, int n = 10_000) => new(
        arguments.Number("n", n),
        arguments.Number("concurrency", 64),
        arguments.Number("repeat", 5),
        arguments.Number("warm", 0, least: 0));
}
