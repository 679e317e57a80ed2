using Serverless.Benchmarks.Engine;
using Serverless.Benchmarks.Work;
using Serverless.Engine;

namespace Serverless.Benchmarks.Runs;

/// <summary>The hidden command that a kill is tried on: one fan-out of HTTP calls on the database given, or what is left
/// of it. Prints a line when it makes its first call, and one with what came of it.</summary>
internal static class EngineCommand
{
    public const string Command = "engine";
    public const string Running = "running";
    public const string Right = "right";

    private const string InstanceId = "killed";

    public static async Task RunAsync(Arguments arguments)
    {
        var (n, concurrency) = (arguments.Number("n", 2_000), arguments.Number("concurrency", 64));
        var database = arguments.Text("database");
        await using var work = new AnnouncedWork(await Workload.CreateAsync(arguments));
        arguments.RefuseOthers();
        await using var engine = DurableEngine.Start(
            new EngineOptions { DatabasePath = database, MaxConcurrentActivities = concurrency },
            Programs.CreateRegistry(work, new HoldGate()));
        if (await engine.Client.GetInstanceAsync(InstanceId) is null)
            await engine.Client.ScheduleNewOrchestrationInstanceAsync(Programs.FanOut, n, new() { InstanceId = InstanceId });
        var ended = await engine.Client.WaitForInstanceCompletionAsync(InstanceId, getInputsAndOutputs: true);
        var numbers = ended.ReadOutputAs(WorkJson.Default.Int32Array);
        if (numbers is null || !numbers.SequenceEqual(Enumerable.Range(0, n)))
            throw new WrongResultException($"The killed instance gave {ended.SerializedOutput ?? ended.FailureDetails?.ToString()}.");
        await Console.Out.WriteLineAsync(Right);
    }

    /// <summary>Says so when its first call is made.</summary>
    private sealed class AnnouncedWork(Workload work) : Workload
    {
        private int _calls;

        public override string Name => work.Name;

        public override Task<WorkResult> RunAsync(int i, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _calls) == 1) Console.Out.WriteLine(Running);
            return work.RunAsync(i, cancellationToken);
        }

        public override Task<byte[]> RunRawAsync(int i, CancellationToken cancellationToken) =>
            work.RunRawAsync(i, cancellationToken);

        public override ValueTask DisposeAsync() => work.DisposeAsync();
    }
}
