using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Host.Http;
using Serverless.Protocol;

namespace Serverless.Host.Work;

/// <summary>Shows the queue and its pods to people.</summary>
internal static class QueueApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/queue", LookAsync);

    private static async Task<IResult> LookAsync(HostParts parts, CancellationToken cancellationToken)
    {
        var work = parts.Work ?? throw new ProblemException(Problem.NotSupported, "This host keeps no queue for pods.");
        return TypedResults.Json(await work.LookAsync(cancellationToken), WorkJson.Default.QueueView);
    }
}
