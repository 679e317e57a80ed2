using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Core.Runs;

namespace Serverless.Functions.Durable;

/// <summary>Core's orchestrators as functions. Their names lie in histories.</summary>
public sealed class OrchestrationTriggers(Orchestrations orchestrations)
{
    /// <summary>A run.</summary>
    [Function(Names.FanOut)]
    public Task<object?> FanOut([OrchestrationTrigger] TaskOrchestrationContext context) => orchestrations.RunAsync(context);

    /// <summary>A group of a large run's chunks.</summary>
    [Function(Names.Group)]
    public Task<object?> Group([OrchestrationTrigger] TaskOrchestrationContext context) => orchestrations.RunAsync(context);

    /// <summary>A section of a very large run's groups.</summary>
    [Function(Names.Section)]
    public Task<object?> Section([OrchestrationTrigger] TaskOrchestrationContext context) => orchestrations.RunAsync(context);

    /// <summary>A chunk.</summary>
    [Function(Names.Chunk)]
    public Task<object?> Chunk([OrchestrationTrigger] TaskOrchestrationContext context) => orchestrations.RunAsync(context);

    /// <summary>The pursuit of a job that would not be cancelled.</summary>
    [Function(Names.CancelJobs)]
    public Task<object?> CancelJobs([OrchestrationTrigger] TaskOrchestrationContext context) => orchestrations.RunAsync(context);

    /// <summary>An alert, until a channel has taken it.</summary>
    [Function(Names.SendAlerts)]
    public Task<object?> SendAlerts([OrchestrationTrigger] TaskOrchestrationContext context) => orchestrations.RunAsync(context);
}
