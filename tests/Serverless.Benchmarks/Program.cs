using Serverless.Benchmarks;
using Serverless.Benchmarks.Engine;
using Serverless.Benchmarks.Fleet;
using Serverless.Benchmarks.Queue;
using Serverless.Benchmarks.Runs;
using Serverless.Benchmarks.Serve;
using Serverless.Benchmarks.Soak;
using Serverless.Benchmarks.Work;

const int Wrong = 1;
const int BadUsage = 2;

if (args.Length == 0 || !Commands().TryGetValue(args[0], out var command))
{
    var known = string.Join(", ", Commands().Keys.Where(name => name is not (StubProcess.Command or EngineCommand.Command)));
    await Console.Error.WriteLineAsync($"Usage: COMMAND [--name value ...]; commands: {known}");
    return BadUsage;
}

try
{
    return await command(new Arguments(args.AsSpan(1)));
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return BadUsage;
}
catch (WrongResultException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return Wrong;
}

static Dictionary<string, Func<Arguments, Task<int>>> Commands() => new(StringComparer.Ordinal)
{
    ["fan-out"] = Of(FanOutBenchmarks.RunAsync),
    ["floor"] = Of(FanOutBenchmarks.FloorAsync),
    ["compare"] = Of(FanOutBenchmarks.CompareAsync),
    ["linear"] = Of(FanOutBenchmarks.LinearAsync),
    ["single"] = Of(InstanceBenchmarks.SingleAsync),
    ["burst"] = Of(InstanceBenchmarks.BurstAsync),
    ["children"] = Of(InstanceBenchmarks.ChildrenAsync),
    ["recover"] = Of(StartBenchmarks.RecoverAsync),
    ["begin"] = Of(CrashBenchmark.BeginAsync),
    ["finish"] = Of(CrashBenchmark.FinishAsync),
    ["sleeping"] = Of(StartBenchmarks.SleepingAsync),
    ["pending"] = Of(StartBenchmarks.PendingAsync),
    ["kill"] = Of(KillBenchmark.RunAsync),
    ["purge"] = Of(PurgeBenchmark.RunAsync),
    ["pace"] = Of(PaceBenchmark.RunAsync),
    ["watch"] = Of(WatchBenchmark.RunAsync),
    ["webhook"] = Of(WebhookBenchmark.RunAsync),
    ["actions"] = Of(ActionsBenchmark.RunAsync),
    ["large"] = Of(LargeBenchmark.RunAsync),
    ["soak"] = Of(SoakBenchmark.RunAsync),
    ["fleet"] = Of(FleetBenchmark.RunAsync),
    ["serve-start"] = Of(StartBenchmark.RunAsync),
    ["serve-load"] = Of(LoadBenchmark.RunAsync),
    ["serve-memory"] = Of(MemoryBenchmark.RunAsync),
    ["serve-large"] = Of(LargeBodyBenchmark.RunAsync),
    ["queue"] = Of(QueueBenchmark.RunAsync),
    ["goals"] = Goals.RunAsync,
    [EngineCommand.Command] = Of(EngineCommand.RunAsync),
    [StubProcess.Command] = Of(StubServer.RunAsync),
};

static Func<Arguments, Task<int>> Of(Func<Arguments, Task> benchmark) => async arguments =>
{
    await benchmark(arguments);
    return 0;
};
