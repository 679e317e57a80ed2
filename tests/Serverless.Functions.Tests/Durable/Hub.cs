using System.Collections.Concurrent;
using DurableTask.Core;
using Microsoft.DurableTask.Testing.Sidecar;

namespace Serverless.Functions.Tests.Durable;

/// <summary>The store in memory, with as much at once as a small function app has: by itself it takes one a core. An id is given to
/// another instance only once the turn that ended the one before is over: the store tells of the end a moment earlier, and then takes
/// the end of that turn for that of the new instance's first.</summary>
internal sealed class Hub : InMemoryOrchestrationService, IOrchestrationService, IOrchestrationServiceClient
{
    private const int AtOnce = 64;

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _turns = new(StringComparer.OrdinalIgnoreCase);

    int IOrchestrationService.MaxConcurrentTaskActivityWorkItems => AtOnce;

    int IOrchestrationService.MaxConcurrentTaskOrchestrationWorkItems => AtOnce;

    async Task<TaskOrchestrationWorkItem> IOrchestrationService.LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        var turn = await LockNextTaskOrchestrationWorkItemAsync(receiveTimeout, cancellationToken);
        _turns[turn.InstanceId] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return turn;
    }

    async Task IOrchestrationService.ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        _turns.TryRemove(workItem.InstanceId, out var turn);
        try
        {
            await ReleaseTaskOrchestrationWorkItemAsync(workItem);
        }
        finally
        {
            turn?.SetResult();
        }
    }

    async Task IOrchestrationServiceClient.CreateTaskOrchestrationAsync(
        TaskMessage creationMessage, OrchestrationStatus[]? dedupeStatuses)
    {
        if (_turns.TryGetValue(creationMessage.OrchestrationInstance.InstanceId, out var turn)) await turn.Task;
        await CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses);
    }
}
