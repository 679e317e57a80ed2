using Serverless.Benchmarks.Work;
using Serverless.Durable;

namespace Serverless.Benchmarks.Engine;

/// <summary>What the engine is given to run, by name.</summary>
internal static class Programs
{
    /// <summary>Fans out so many calls and gives the ordered numbers that came back.</summary>
    public const string FanOut = "FanOut";

    /// <summary>One call.</summary>
    public const string Single = "Single";

    /// <summary>Fans out so many children of one call each.</summary>
    public const string Parent = "Parent";

    /// <summary>So many calls at once, then one that holds.</summary>
    public const string RememberFan = "RememberFan";

    /// <summary>So many calls one after another, then one that holds.</summary>
    public const string RememberSequence = "RememberSequence";

    /// <summary>Fans out so many calls that hold.</summary>
    public const string Pending = "Pending";

    /// <summary>An hour's sleep.</summary>
    public const string Sleep = "Sleep";

    private const string Work = "Work";
    private const string Hold = "Hold";

    public static DurableRegistry CreateRegistry(Workload work, HoldGate gate) =>
        new DurableRegistry(WorkJson.Default.Options)
            .AddOrchestrator(FanOut, () => new Coded<int, int[]>((context, n) => NumbersAsync(Calls(context, n))))
            .AddOrchestrator(Single, () => new Coded<int, WorkResult>(CallAsync))
            .AddOrchestrator(Parent, () => new Coded<int, int[]>((context, n) => NumbersAsync(Children(context, n))))
            .AddOrchestrator(RememberFan, () => new Coded<int, long>(RememberFanAsync))
            .AddOrchestrator(RememberSequence, () => new Coded<int, long>(RememberSequenceAsync))
            .AddOrchestrator(Pending, () => new Coded<int, int>(PendingAsync))
            .AddOrchestrator(Sleep, () => new Coded<int, int>(SleepAsync))
            .AddActivity(Work, () => new WorkActivity(work))
            .AddActivity(Hold, () => new HoldActivity(gate));

    private static Task<WorkResult> CallAsync(OrchestrationContext context, int i) =>
        context.CallActivityAsync<WorkResult>(Work, i);

    private static Task<WorkResult>[] Calls(OrchestrationContext context, int n)
    {
        var calls = new Task<WorkResult>[n];
        for (var i = 0; i < n; i++) calls[i] = CallAsync(context, i);
        return calls;
    }

    private static Task<WorkResult>[] Children(OrchestrationContext context, int n)
    {
        var children = new Task<WorkResult>[n];
        for (var i = 0; i < n; i++) children[i] = context.CallSubOrchestratorAsync<WorkResult>(Single, i);
        return children;
    }

    private static async Task<int[]> NumbersAsync(Task<WorkResult>[] calls) =>
        Array.ConvertAll(await Task.WhenAll(calls), result => result.Ok ? result.I : -1);

    private static async Task<long> RememberFanAsync(OrchestrationContext context, int n)
    {
        var numbers = await NumbersAsync(Calls(context, n));
        await context.CallActivityAsync<int>(Hold, 0);
        return numbers.Sum(number => (long)number);
    }

    private static async Task<long> RememberSequenceAsync(OrchestrationContext context, int n)
    {
        var sum = 0L;
        for (var i = 0; i < n; i++) sum += (await CallAsync(context, i)).I;
        await context.CallActivityAsync<int>(Hold, 0);
        return sum;
    }

    private static async Task<int> PendingAsync(OrchestrationContext context, int n)
    {
        var calls = new Task<int>[n];
        for (var i = 0; i < n; i++) calls[i] = context.CallActivityAsync<int>(Hold, i);
        await Task.WhenAll(calls);
        return n;
    }

    private static async Task<int> SleepAsync(OrchestrationContext context, int i)
    {
        await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        return i;
    }

    private sealed class Coded<TInput, TOutput>(Func<OrchestrationContext, TInput, Task<TOutput>> code)
        : Orchestrator<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(OrchestrationContext context, TInput input) => code(context, input);
    }

    private sealed class WorkActivity(Workload work) : Activity<int, WorkResult>
    {
        public override Task<WorkResult> RunAsync(ActivityContext context, int input) =>
            work.RunAsync(input, context.CancellationToken);
    }

    private sealed class HoldActivity(HoldGate gate) : Activity<int, int>
    {
        public override async Task<int> RunAsync(ActivityContext context, int input)
        {
            gate.Reached.TrySetResult();
            await gate.Opened.Task.WaitAsync(context.CancellationToken);
            return input;
        }
    }
}

/// <summary>Where activities wait until they are let go on.</summary>
internal sealed class HoldGate
{
    /// <summary>Completes when the first activity waits here.</summary>
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed by whoever lets them go on.</summary>
    public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
