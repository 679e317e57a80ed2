using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Core.Alerts;
using Serverless.Core.Runs;

namespace Serverless.Host.Http;

/// <summary>What people were told last.</summary>
internal static class AlertsApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/alerts", ListAsync);

    private static async Task<IResult> ListAsync(HostParts parts, CancellationToken cancellationToken) =>
        TypedResults.Json(await new AlertList(parts.Client).ReadAsync(cancellationToken), RunJson.Default.AlertPage);
}
