using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Serverless.Durable;
using FailedTask = Microsoft.DurableTask.TaskFailedException;
using Policy = Serverless.Durable.RetryPolicy;

namespace Serverless.Functions.Durable;

/// <summary>What an orchestrator of the port sees of Durable Task. Forwards, and translates policies and failures.</summary>
public sealed class DurableTaskContext(TaskOrchestrationContext context) : OrchestrationContext
{
    /// <inheritdoc/>
    public override string Name => context.Name.Name;

    /// <inheritdoc/>
    public override string InstanceId => context.InstanceId;

    /// <inheritdoc/>
    public override string? ParentInstanceId => context.Parent?.InstanceId;

    /// <inheritdoc/>
    public override DateTime CurrentUtcDateTime => context.CurrentUtcDateTime;

    /// <inheritdoc/>
    public override bool IsReplaying => context.IsReplaying;

    /// <inheritdoc/>
    public override Task<TResult> CallActivityAsync<TResult>(string name, object? input = null, Policy? retry = null) =>
        Translated(context.CallActivityAsync<TResult>(name, input, Options.Of(retry)));

    /// <inheritdoc/>
    public override Task<TResult> CallSubOrchestratorAsync<TResult>(string name, object? input = null, string? instanceId = null)
    {
        var id = instanceId ?? $"{InstanceId}:{context.NewGuid():N}";
        return Translated(context.CallSubOrchestratorAsync<TResult>(name, input, Options.OfChild(context, id)));
    }

    /// <inheritdoc/>
    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);

        // Durable Task takes a time of unspecified kind for the machine's local time; the port says that it is UTC.
        var utc = fireAt.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(fireAt, DateTimeKind.Utc) : fireAt;
        return context.CreateTimer(utc, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        context.WaitForExternalEvent<T>(eventName, cancellationToken);

    /// <inheritdoc/>
    public override void SetCustomStatus(object? customStatus) => context.SetCustomStatus(customStatus);

    /// <inheritdoc/>
    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        context.ContinueAsNew(newInput, preserveUnprocessedEvents);

    /// <inheritdoc/>
    public override Guid NewGuid() => context.NewGuid();

    /// <inheritdoc/>
    public override ILogger CreateReplaySafeLogger(string category) => context.CreateReplaySafeLogger(category);

    private static async Task<T> Translated<T>(Task<T> task)
    {
        try
        {
            return await task;
        }
        catch (FailedTask e)
        {
            throw Failures.ToPort(e);
        }
    }
}
