using Microsoft.DurableTask.Client;
using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>
/// The client of this function app's task hub. Functions hands it out only as the binding of a trigger, never by injection; so
/// every trigger that needs one says so, and whatever it calls finds it here. All bindings of an app mean the same hub.
/// </summary>
public sealed class BoundDurableClient
{
    private DurableTaskDurableClient? _client;

    /// <summary>The client that was bound last.</summary>
    /// <exception cref="InvalidOperationException">None was yet: the trigger under way does not bind one.</exception>
    public DurableClient Current => Volatile.Read(ref _client) ?? throw new InvalidOperationException(
        "No durable client was bound yet: a trigger that needs one must take a [DurableClient] and pass it on.");

    /// <summary>Takes what a trigger was given.</summary>
    public DurableClient Use(DurableTaskClient client)
    {
        var bound = new DurableTaskDurableClient(client);
        Volatile.Write(ref _client, bound);
        return bound;
    }
}
