using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>What an orchestration tells others while it does its own work: none is open any more when it ends.</summary>
internal sealed class Orders(OrchestrationContext context)
{
    private readonly List<Task> _open = [];

    public void Tell<T>(IReadOnlyList<string> instances, string name, T payload, JsonTypeInfo<T> type)
    {
        _open.RemoveAll(order => order.IsCompletedSuccessfully);
        var input = new TellInput(instances, name, JsonSerializer.SerializeToElement(payload, type));
        _open.Add(context.CallActivityAsync<int>(Names.Tell, input, Retries.Store));
    }

    /// <summary>Waits until all of it was told.</summary>
    public Task CompleteAsync() => Task.WhenAll(_open);
}
