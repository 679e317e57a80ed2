using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Host.Auth;
using Serverless.Host.Work;

namespace Serverless.Host.Http;

/// <summary>Says whether the service is well, for those who watch over it and for the dashboard.</summary>
internal static class HealthApi
{
    private const string ServiceName = "fanout";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alive", () => TypedResults.Ok()).WithMetadata(Access.Open);
        routes.MapGet("/ready", (HostParts parts) => Answer(parts, BrokenReason(parts))).WithMetadata(Access.Open);
        routes.MapGet("/api/health", HealthAsync).WithMetadata(Access.Open);
        routes.MapGet("/api/endpoints", EndpointsAsync);
    }

    private static async Task<IResult> HealthAsync(HostParts parts, EndpointWatch watch, CancellationToken cancellationToken) =>
        Answer(
            parts,
            BrokenReason(parts)
                ?? (await watch.LookAsync(parts.Backends.Chosen, cancellationToken)).Error
                ?? await PodPresence.WhyOfflineAsync(parts, parts.Backends.Chosen));

    private static async Task<IResult> EndpointsAsync(HostParts parts, EndpointWatch watch, CancellationToken cancellationToken)
    {
        var query = new RunQuery
        {
            States = [RunState.Pending, RunState.Running, RunState.Suspended],
            Limit = HostLimits.MaxPageSize,
        };
        var live = await parts.Queries.ListAsync(query, cancellationToken);
        var addresses = live.Runs.Select(run => run.Backend).Prepend(parts.Backends.Chosen).Distinct(StringComparer.Ordinal);
        var endpoints = new List<EndpointStatus>();
        foreach (var address in addresses) endpoints.Add(await watch.LookAsync(address, cancellationToken));
        return TypedResults.Json(new EndpointList(endpoints), HostJson.Default.EndpointList);
    }

    private static string? BrokenReason(HostParts parts) =>
        parts.Broken.IsCompletedSuccessfully ? $"nothing can be written: {parts.Broken.Result.Message}" : null;

    private static JsonHttpResult<HealthStatus> Answer(HostParts parts, string? reason) => TypedResults.Json(
        new HealthStatus(reason is null ? "healthy" : "unhealthy", ServiceName, parts.Version, reason),
        HostJson.Default.HealthStatus,
        statusCode: reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}

/// <summary>Whether the service is well.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Service">Which service this is.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Reason">Why it is not well.</param>
internal sealed record HealthStatus(string Status, string Service, string Version, string? Reason);

/// <summary>The places where jobs run.</summary>
/// <param name="Endpoints">Where new runs go first, then those of runs that go on.</param>
internal sealed record EndpointList(IReadOnlyList<EndpointStatus> Endpoints);

/// <summary>How a place stands where jobs run.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Chosen">Whether new runs go there.</param>
/// <param name="Health">Its queue and workers; null when it does not tell or could not be asked.</param>
/// <param name="Error">Why it could not be asked.</param>
internal sealed record EndpointStatus(string Address, bool Chosen, BackendHealth? Health, string? Error);
