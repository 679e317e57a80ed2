namespace Serverless.Durable;

/// <summary>Code that acts: one side effect, run at least once, so it must bear being run again.</summary>
public interface IActivity
{
    /// <summary>What <see cref="RunAsync"/> takes.</summary>
    Type InputType { get; }

    /// <summary>What <see cref="RunAsync"/> gives.</summary>
    Type OutputType { get; }

    /// <summary>Performs the side effect.</summary>
    Task<object?> RunAsync(ActivityContext context, object? input);
}

/// <summary>An activity with typed input and output.</summary>
public abstract class Activity<TInput, TOutput> : IActivity
{
    /// <inheritdoc/>
    public Type InputType => typeof(TInput);

    /// <inheritdoc/>
    public Type OutputType => typeof(TOutput);

    async Task<object?> IActivity.RunAsync(ActivityContext context, object? input) =>
        await RunAsync(context, Inputs.Of<TInput>(input));

    /// <summary>Performs the side effect.</summary>
    public abstract Task<TOutput> RunAsync(ActivityContext context, TInput input);
}

/// <summary>Who asked for an activity.</summary>
/// <param name="Name">The activity's registered name.</param>
/// <param name="InstanceId">The instance that awaits it.</param>
/// <param name="CancellationToken">Cancelled when the engine stops; the activity is then run again at the next start.
/// </param>
public sealed record ActivityContext(string Name, string InstanceId, CancellationToken CancellationToken);
