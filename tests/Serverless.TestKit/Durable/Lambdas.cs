using Serverless.Durable;

namespace Serverless.TestKit;

public sealed class LambdaOrchestrator<TIn, TOut>(Func<OrchestrationContext, TIn, Task<TOut>> run)
    : Orchestrator<TIn, TOut>
{
    public override Task<TOut> RunAsync(OrchestrationContext context, TIn input) => run(context, input);
}

public sealed class LambdaActivity<TIn, TOut>(Func<ActivityContext, TIn, Task<TOut>> run) : Activity<TIn, TOut>
{
    public override Task<TOut> RunAsync(ActivityContext context, TIn input) => run(context, input);
}

/// <summary>Registers lambdas.</summary>
public static class LambdaRegistration
{
    /// <summary>Registers an orchestrator.</summary>
    public static DurableRegistry Orchestrator<TIn, TOut>(
        this DurableRegistry registry, string name, Func<OrchestrationContext, TIn, Task<TOut>> run)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return registry.AddOrchestrator(name, () => new LambdaOrchestrator<TIn, TOut>(run));
    }

    /// <summary>Registers an activity that takes its time.</summary>
    public static DurableRegistry Activity<TIn, TOut>(
        this DurableRegistry registry, string name, Func<ActivityContext, TIn, Task<TOut>> run)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return registry.AddActivity(name, () => new LambdaActivity<TIn, TOut>(run));
    }

    /// <summary>Registers an activity.</summary>
    public static DurableRegistry Activity<TIn, TOut>(this DurableRegistry registry, string name, Func<TIn, TOut> run) =>
        registry.Activity<TIn, TOut>(name, (_, input) => Task.FromResult(run(input)));
}
