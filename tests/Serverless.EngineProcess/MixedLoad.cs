using System.Text.Json.Serialization;

namespace Serverless.EngineProcess;

/// <summary>Fan-out, children, timers, external events, steps and starting over, all at once. Their outputs depend on
/// nothing but this code, that of the collector apart, which gives the events in the order in which they came.</summary>
internal static class MixedLoad
{
    public const int MaxConcurrentActivities = 8;

    /// <summary>The instance that collects events until its end is raised.</summary>
    public const string Collector = "collect";
    public const string Item = "item";
    public const string End = "end";

    private const string Square = "Square";
    private const string Fan = "Fan";
    private const string Family = "Family";
    private const string Child = "Child";
    private const string Steps = "Steps";
    private const string Grow = "Grow";
    private const string Collect = "Collect";
    private const int Generations = 5;
    private const int CallsPerGeneration = 4;

    /// <summary>What is scheduled.</summary>
    public static readonly (string Id, string Orchestrator, int Input)[] Roots =
        [("fan", Fan, 120), ("family", Family, 10), ("steps", Steps, 30), ("grow", Grow, 0), (Collector, Collect, 0)];

    public static DurableRegistry CreateRegistry() => new DurableRegistry(LoadJson.Default.Options)
        .AddActivity(Square, () => new SquareActivity())
        .AddOrchestrator(Fan, () => new Coded<int[]>(FanAsync))
        .AddOrchestrator(Family, () => new Coded<int[]>(FamilyAsync))
        .AddOrchestrator(Child, () => new Coded<int>(ChildAsync))
        .AddOrchestrator(Steps, () => new Coded<int>(StepsAsync))
        .AddOrchestrator(Grow, () => new Coded<int>(GrowAsync))
        .AddOrchestrator(Collect, () => new Coded<int[]>(CollectAsync));

    private static Task<int[]> FanAsync(OrchestrationContext context, int n) =>
        Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallActivityAsync<int>(Square, i)));

    private static Task<int[]> FamilyAsync(OrchestrationContext context, int n) =>
        Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallSubOrchestratorAsync<int>(Child, i)));

    private static async Task<int> ChildAsync(OrchestrationContext context, int i)
    {
        var before = await context.CallActivityAsync<int>(Square, i);
        await context.CreateTimer(TimeSpan.FromMilliseconds(i), CancellationToken.None);
        return before + await context.CallActivityAsync<int>(Square, i + 100);
    }

    private static async Task<int> StepsAsync(OrchestrationContext context, int n)
    {
        var sum = 0;
        for (var i = 0; i < n; i++)
        {
            context.SetCustomStatus(i);
            sum += await context.CallActivityAsync<int>(Square, i);
        }

        return sum;
    }

    /// <summary>Starts over with what it has so far, so each generation's calls have numbers of their own.</summary>
    private static async Task<int> GrowAsync(OrchestrationContext context, int generation)
    {
        var first = generation * CallsPerGeneration;
        var calls = Enumerable.Range(first, CallsPerGeneration).Select(i => context.CallActivityAsync<int>(Square, i));
        var last = (await Task.WhenAll(calls))[^1];
        if (generation + 1 == Generations) return last;
        context.ContinueAsNew(generation + 1);
        return 0;
    }

    /// <summary>Every wait for an event races a timer that is cancelled.</summary>
    private static async Task<int[]> CollectAsync(OrchestrationContext context, int _)
    {
        var items = new List<int>();
        var end = context.WaitForExternalEvent<int>(End);
        while (true)
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
            var item = context.WaitForExternalEvent<int>(Item, cancel.Token);
            var first = await Task.WhenAny(item, end, timer);
            cancel.Cancel();
            if (first != item) return [.. items];
            items.Add(await item);
        }
    }

    private sealed class Coded<TOutput>(Func<OrchestrationContext, int, Task<TOutput>> code) : Orchestrator<int, TOutput>
    {
        public override Task<TOutput> RunAsync(OrchestrationContext context, int input) => code(context, input);
    }

    private sealed class SquareActivity : Activity<int, int>
    {
        public override async Task<int> RunAsync(ActivityContext context, int input)
        {
            Say.Line($"start {context.InstanceId} {input}");

            // Some take longer than others, so that they end in another order than they began.
            for (var spin = 0; spin < input % 7 * 20; spin++) await Task.Yield();
            Say.Line($"finish {context.InstanceId} {input}");
            return input * input;
        }
    }
}

[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class LoadJson : JsonSerializerContext;
