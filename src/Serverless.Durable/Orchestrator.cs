namespace Serverless.Durable;

/// <summary>Code that decides; it is replayed, so it may only use its <see cref="OrchestrationContext"/>.</summary>
public interface IOrchestrator
{
    /// <summary>What <see cref="RunAsync"/> takes.</summary>
    Type InputType { get; }

    /// <summary>What <see cref="RunAsync"/> gives.</summary>
    Type OutputType { get; }

    /// <summary>Runs, or replays, one instance.</summary>
    Task<object?> RunAsync(OrchestrationContext context, object? input);
}

/// <summary>An orchestrator with typed input and output.</summary>
public abstract class Orchestrator<TInput, TOutput> : IOrchestrator
{
    /// <inheritdoc/>
    public Type InputType => typeof(TInput);

    /// <inheritdoc/>
    public Type OutputType => typeof(TOutput);

    async Task<object?> IOrchestrator.RunAsync(OrchestrationContext context, object? input) =>
        await RunAsync(context, Inputs.Of<TInput>(input));

    /// <summary>Runs, or replays, one instance.</summary>
    public abstract Task<TOutput> RunAsync(OrchestrationContext context, TInput input);
}
