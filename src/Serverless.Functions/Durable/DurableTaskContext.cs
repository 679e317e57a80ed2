using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Serverless.Durable;
using FailedTask = Microsoft.DurableTask.TaskFailedException;
using Policy = Serverless.Durable.RetryPolicy;

namespace Serverless.Functions.Durable;

/// <summary>What an orchestrator of the port sees of Durable Task. Forwards, and translates policies, failures and events.</summary>
/// <param name="context">Durable Task's context.</param>
/// <param name="serialization">How events are read.</param>
public sealed class DurableTaskContext(TaskOrchestrationContext context, JsonSerializerOptions serialization) : OrchestrationContext
{
    private readonly Dictionary<string, EventWaiters> _waiters = new(StringComparer.OrdinalIgnoreCase);

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

    /// <summary>Durable Task is asked for an element, which any payload is. One that it could not read as what was asked for
    /// would end the instance, and no orchestrator could catch that. Read here, it fails who waits for it.</summary>
    /// <inheritdoc/>
    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        if (!_waiters.TryGetValue(eventName, out var waiters)) _waiters[eventName] = waiters = new EventWaiters(eventName);
        waiters.Enter(typeof(T));
        try
        {
            var payload = await context.WaitForExternalEvent<JsonElement?>(eventName, cancellationToken);
            return payload is { } json ? json.Deserialize((JsonTypeInfo<T>)serialization.GetTypeInfo(typeof(T)))! : default!;
        }
        finally
        {
            waiters.Leave();
        }
    }

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

    /// <summary>Those who wait for one event.</summary>
    private sealed class EventWaiters(string eventName)
    {
        private Type? _type;
        private int _count;

        /// <exception cref="ArgumentException">Another waits for another type.</exception>
        public void Enter(Type type)
        {
            if (_count > 0 && type != _type)
                throw new ArgumentException($"Another waiter for event '{eventName}' asked for {_type}, not for {type}.");
            _type = type;
            _count++;
        }

        public void Leave() => _count--;
    }
}
