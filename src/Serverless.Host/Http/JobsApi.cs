using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Core;
using Serverless.Core.Runs;

namespace Serverless.Host.Http;

/// <summary>The jobs that were submitted and have not been seen to end.</summary>
internal static class JobsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/jobs", ListAsync);
        routes.MapPost("/api/jobs/cancel", CancelAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, HostParts parts, CancellationToken cancellationToken) =>
        TypedResults.Json(await ReadAsync(Run(request), parts, cancellationToken), RunJson.Default.IReadOnlyListOpenJob);

    /// <summary>Cancels those that nobody watches. It is tried until RunPod confirms it; the answer does not wait for that.
    /// </summary>
    private static async Task<IResult> CancelAsync(HttpRequest request, HostParts parts, CancellationToken cancellationToken)
    {
        var run = Run(request);
        var jobs = new OpenJobs(parts.Client);
        foreach (var job in await ReadAsync(run, parts, cancellationToken))
        {
            if (job.Reason == OpenJobReason.Watched) continue;
            await parts.Backends.MakeReadyAsync(job.Backend, workers: 1, cancellationToken);
            if (await jobs.CancelAsync(job, cancellationToken) is { } pursuit) await jobs.HurryAsync(pursuit, cancellationToken);
        }

        return TypedResults.Json(
            await ReadAsync(run, parts, cancellationToken),
            RunJson.Default.IReadOnlyListOpenJob,
            statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IReadOnlyList<OpenJob>> ReadAsync(
        string? run, HostParts parts, CancellationToken cancellationToken) =>
        await new OpenJobs(parts.Client).ListAsync(run, cancellationToken)
            .OrderBy(job => job.SubmittedAt)
            .Take(HostLimits.MaxJobsListed)
            .ToListAsync(cancellationToken);

    private static string? Run(HttpRequest request)
    {
        if (QueryValues.Text(request, "run") is not { Length: > 0 } run) return null;
        return RunId.TryParse(run, out _, out _) ? run : throw RunsApi.NoRun(run);
    }
}
