using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Host.Http;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Host.Work;

/// <summary>Shows the queue and its pods to people, and takes their orders to pods.</summary>
internal static class QueueApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/queue", LookAsync);
        Map(routes, "drain", WorkCommand.Drain);
        Map(routes, "stop", WorkCommand.Stop);
        Map(routes, "resume", WorkCommand.Continue);
    }

    private static void Map(IEndpointRouteBuilder routes, string word, WorkCommand order) =>
        routes.MapPost($"/api/pods/{{key}}/{{pod}}/{word}", (string key, string pod, HostParts parts) =>
            OrderAsync($"{key}/{pod}", order, parts));

    private static async Task<IResult> LookAsync(HostParts parts, CancellationToken cancellationToken) =>
        TypedResults.Json(await QueueOf(parts).LookAsync(cancellationToken), WorkJson.Default.QueueView);

    private static async Task<IResult> OrderAsync(string pod, WorkCommand order, HostParts parts)
    {
        var view = await QueueOf(parts).OrderAsync(pod, order) ?? throw NoPod(pod);
        return TypedResults.Json(view, WorkJson.Default.PodView);
    }

    private static ProblemException NoPod(string pod) => new(
        Problem.NotFound, $"There is no pod {Shown.Text(pod)}. GET /api/queue lists those that are known.", "pod");

    private static IWorkQueue QueueOf(HostParts parts) =>
        parts.Work ?? throw new ProblemException(Problem.NotSupported, "This host keeps no queue for pods.");
}
