using DurableTask.Core;
using Microsoft.DurableTask.Testing.Sidecar;

namespace Serverless.Functions.Tests.Durable;

/// <summary>The store in memory, with as much at once as a small function app has: by itself it takes one a core.</summary>
internal sealed class Hub : InMemoryOrchestrationService, IOrchestrationService
{
    private const int AtOnce = 64;

    int IOrchestrationService.MaxConcurrentTaskActivityWorkItems => AtOnce;

    int IOrchestrationService.MaxConcurrentTaskOrchestrationWorkItems => AtOnce;
}
