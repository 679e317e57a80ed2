using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Serverless.Host.Auth;
using Serverless.Host.Http;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Host.Work;

/// <summary>Answers the agents in pods: lends jobs, takes signs of life, results and ends.</summary>
internal static class WorkApi
{
    /// <summary>When a pod may come again whose waiting ended because the host stops.</summary>
    private const double SecondsUntilHostIsBack = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, WorkPaths.Lease, LeaseAsync);
        Map(routes, WorkPaths.Heartbeat, HeartbeatAsync);
        Map(routes, WorkPaths.Results, ResultsAsync);
        Map(routes, WorkPaths.Complete, CompleteAsync);
        Map(routes, WorkPaths.Fail, FailAsync);
        Map(routes, WorkPaths.Release, ReleaseAsync);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, Func<HttpContext, HostParts, Task<IResult>> answer) =>
        routes.MapPost(path, async (HttpContext context, HostParts parts) =>
        {
            WorkVersion.Check(context);
            try
            {
                return await answer(context, parts);
            }
            catch (WorkRefusedException e)
            {
                var problem = e.Refusal == WorkRefusal.SessionReplaced ? Problem.SessionReplaced : Problem.StaleToken;
                throw new ProblemException(problem, e.Message, inner: e);
            }
        }).WithMetadata(Access.Pod);

    private static async Task<IResult> LeaseAsync(HttpContext context, HostParts parts)
    {
        var request = await WorkBody.ReadAsync(context, WorkJson.Default.LeaseRequest);
        WorkChecks.Check(request);
        var stopping = context.RequestServices.GetService(typeof(IHostApplicationLifetime)) is IHostApplicationLifetime lifetime
            ? lifetime.ApplicationStopping
            : CancellationToken.None;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            return Json(await QueueOf(parts).LeaseAsync(KeyOf(context), request, either.Token), WorkJson.Default.LeaseReply);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            var nothing = new LeaseReply
            {
                Command = WorkCommand.Continue,
                Leases = [],
                RetryAfterSeconds = SecondsUntilHostIsBack,
            };
            return Json(nothing, WorkJson.Default.LeaseReply);
        }
    }

    private static async Task<IResult> HeartbeatAsync(HttpContext context, HostParts parts)
    {
        var request = await WorkBody.ReadAsync(context, WorkJson.Default.HeartbeatRequest);
        WorkChecks.Check(request);
        return Json(await QueueOf(parts).HeartbeatAsync(KeyOf(context), request), WorkJson.Default.HeartbeatReply);
    }

    private static async Task<IResult> ResultsAsync(HttpContext context, HostParts parts)
    {
        var request = await WorkBody.ReadAsync(context, WorkJson.Default.ResultsRequest);
        WorkChecks.Check(request);
        return Json(await QueueOf(parts).TakeResultsAsync(KeyOf(context), request), WorkJson.Default.ResultsReply);
    }

    private static async Task<IResult> CompleteAsync(HttpContext context, HostParts parts)
    {
        var request = await WorkBody.ReadAsync(context, WorkJson.Default.CompleteRequest);
        WorkChecks.Check(request.Identity);
        return Json(await QueueOf(parts).CompleteAsync(KeyOf(context), request), WorkJson.Default.EndReply);
    }

    private static async Task<IResult> FailAsync(HttpContext context, HostParts parts)
    {
        var request = await WorkBody.ReadAsync(context, WorkJson.Default.FailRequest);
        WorkChecks.Check(request.Identity);
        return Json(await QueueOf(parts).FailAsync(KeyOf(context), request), WorkJson.Default.EndReply);
    }

    private static async Task<IResult> ReleaseAsync(HttpContext context, HostParts parts)
    {
        var request = await WorkBody.ReadAsync(context, WorkJson.Default.ReleaseRequest);
        WorkChecks.Check(request);
        return Json(await QueueOf(parts).ReleaseAsync(KeyOf(context), request), WorkJson.Default.EndReply);
    }

    private static IWorkQueue QueueOf(HostParts parts) =>
        parts.Work ?? throw new ProblemException(Problem.NotSupported, "This host keeps no queue for pods.");

    private static string KeyOf(HttpContext context) => context.Features.GetRequiredFeature<PodKey>().Name;

    private static JsonHttpResult<T> Json<T>(T value, JsonTypeInfo<T> type) => TypedResults.Json(value, type);
}
