using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Core;
using Serverless.Core.Storage;

namespace Serverless.Host.Http;

/// <summary>A run's flashpoints page by page, with the beginnings of their results: what a person looks at. Programs take
/// the results whole.</summary>
internal static class FlashpointsApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/runs/{id}/flashpoints", ListAsync);

    private static async Task<IResult> ListAsync(
        string id,
        HostParts parts,
        int? from,
        int? limit,
        int? preview,
        bool? missing,
        string? q,
        CancellationToken cancellationToken)
    {
        var query = new FlashpointQuery
        {
            From = Check("from", from ?? 0, 0, int.MaxValue),
            Limit = Check("limit", limit ?? 50, 1, HostLimits.MaxPageSize),
            MaxResultBytes = Check("preview", preview ?? 400, 0, HostLimits.MaxPreviewBytes),
            OnlyMissing = missing ?? false,
            Text = q,
        };
        if (await parts.Queries.FindAsync(id, cancellationToken) is null) return Problem.NotFound.With($"There is no run '{id}'.");
        return TypedResults.Ok(await new RunStore(parts.Objects, RunId.Parse(id)).ReadFlashpointsAsync(query, cancellationToken));
    }

    private static int Check(string name, int value, int min, int max) => value >= min && value <= max
        ? value
        : throw new ProblemException(Problem.InvalidRequest, $"'{name}' is {value}; it must be {min} to {max}.", name);
}
