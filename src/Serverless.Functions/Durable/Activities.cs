using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>Runs the registry's activities on Durable Task.</summary>
public sealed class Activities(DurableRegistry registry, BoundDurableClient bound)
{
    /// <summary>For an activity that talks to instances: it finds the client that its trigger was given.</summary>
    public Activities With(DurableTaskClient client)
    {
        bound.Use(client);
        return this;
    }

    /// <summary>Runs the activity whose name the function bears. For activity triggers.</summary>
    /// <exception cref="InvalidOperationException">Nobody registered it, or not with these types.</exception>
    public async Task<TOutput> RunAsync<TInput, TOutput>(TInput input, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var name = context.FunctionDefinition.Name;
        if (!registry.Activities.TryGetValue(name, out var factory))
            throw new InvalidOperationException($"No activity '{name}' is registered.");
        var instance = context.BindingContext.BindingData["instanceId"] as string
            ?? throw new InvalidOperationException($"Activity '{name}' was called without an instance id.");
        var output = await RunAsync(factory(), new ActivityContext(name, instance, context.CancellationToken), input);
        return (TOutput)output!;
    }

    /// <summary>An activity for a worker outside of Functions.</summary>
    internal static ITaskActivity ToTask(IActivity activity) => new ActivityTask(activity);

    private static async Task<object?> RunAsync(IActivity activity, ActivityContext context, object? input)
    {
        try
        {
            return await activity.RunAsync(context, input);
        }
        catch (Exception e) when (Failures.Bounded(e) is { } bounded && bounded != e)
        {
            throw bounded;
        }
    }

    private sealed class ActivityTask(IActivity activity) : ITaskActivity
    {
        public Type InputType => activity.InputType;

        public Type OutputType => activity.OutputType;

        public Task<object?> RunAsync(TaskActivityContext context, object? input) =>
            Activities.RunAsync(activity, new ActivityContext(context.Name.Name, context.InstanceId, CancellationToken.None), input);
    }
}
