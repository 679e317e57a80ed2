using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Core.Runs;

namespace Serverless.Host.Http;

/// <summary>Looks at runs.</summary>
internal static class RunsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/api/runs");
        runs.MapGet("/", ListAsync);
        runs.MapGet("/{id}", FindAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, HostParts parts, CancellationToken cancellationToken) =>
        TypedResults.Ok(await parts.Queries.ListAsync(new RunQuery(), cancellationToken));

    private static async Task<IResult> FindAsync(string id, HostParts parts, CancellationToken cancellationToken) =>
        await parts.Queries.FindDetailAsync(id, cancellationToken) is { } run
            ? TypedResults.Ok(run)
            : Problem.NotFound.With($"There is no run '{id}'.");
}
