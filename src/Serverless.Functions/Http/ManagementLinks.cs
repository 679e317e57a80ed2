using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Serverless.Functions.Http;

/// <summary>What links into Durable Task's management API need in their query here: task hub, connection, and the system key,
/// without which the extension refuses them. The client that a trigger was given knows them.</summary>
internal static class ManagementLinks
{
    /// <summary>Keeps the client of a request.</summary>
    public static void Keep(HttpContext context, DurableTaskClient client) => context.Features.Set(client);

    /// <summary>The query, without a question mark; empty when the client is not of Functions.</summary>
    public static string QueryOf(HttpContext context)
    {
        if (context.Features.Get<DurableTaskClient>() is not { } client) return "";
        try
        {
            var link = client.CreateHttpManagementPayload("id").StatusQueryGetUri ?? "";
            return link.Split('?', 2) is [_, var query] ? query : "";
        }
        catch (InvalidOperationException)
        {
            // So the extension says that the client was not bound by a trigger: then there is no key either.
            return "";
        }
    }
}
