namespace Serverless.Engine.Tests;

internal sealed class LambdaOrchestrator<TIn, TOut>(Func<OrchestrationContext, TIn, Task<TOut>> run)
    : Orchestrator<TIn, TOut>
{
    public override Task<TOut> RunAsync(OrchestrationContext context, TIn input) => run(context, input);
}

internal sealed class LambdaActivity<TIn, TOut>(Func<ActivityContext, TIn, Task<TOut>> run) : Activity<TIn, TOut>
{
    public override Task<TOut> RunAsync(ActivityContext context, TIn input) => run(context, input);
}
