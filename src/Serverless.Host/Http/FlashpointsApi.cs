using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Core.Storage;

namespace Serverless.Host.Http;

/// <summary>A run's flashpoints page by page, with the beginnings of their results: what a person looks at. Programs take
/// the results whole.</summary>
internal static class FlashpointsApi
{
    private const int DefaultPageSize = 50;
    private const int DefaultPreviewBytes = 400;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/runs/{id}/flashpoints", ListAsync);

    private static async Task<IResult> ListAsync(
        string id, HttpRequest request, HostParts parts, CancellationToken cancellationToken)
    {
        var query = new FlashpointQuery
        {
            From = QueryValues.Whole(request, "from", 0, Limits.MaxFlashpoints) ?? 0,
            Limit = QueryValues.Whole(request, "limit", 1, HostLimits.MaxPageSize) ?? DefaultPageSize,
            MaxResultBytes = QueryValues.Whole(request, "preview", 0, HostLimits.MaxPreviewBytes) ?? DefaultPreviewBytes,
            OnlyMissing = QueryValues.Flag(request, "missing"),
            Text = QueryValues.Text(request, "q"),
        };
        await RunsApi.GetAsync(id, parts, cancellationToken);
        var page = await new RunStore(parts.Objects, RunId.Parse(id)).ReadFlashpointsAsync(query, cancellationToken);
        return TypedResults.Json(page, RunJson.Default.FlashpointPage);
    }
}
