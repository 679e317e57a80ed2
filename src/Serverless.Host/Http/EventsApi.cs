using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Host.Live;

namespace Serverless.Host.Http;

/// <summary>Runs as they go on, as server-sent events: first a snapshot, then what changes.</summary>
internal static class EventsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/events", AllAsync);
        routes.MapGet("/api/runs/{id}/events", OneAsync);
    }

    private static Task<IResult> AllAsync(HostParts parts, LiveFeeds feeds, CancellationToken cancellationToken) =>
        WatchAsync(feeds.OpenAll(), parts, cancellationToken);

    private static async Task<IResult> OneAsync(
        string id, HttpRequest request, HostParts parts, LiveFeeds feeds, CancellationToken cancellationToken)
    {
        var run = await RunsApi.GetAsync(id, parts, cancellationToken);

        // 204 is how a browser is told not to come again.
        if (run.EndedAt is { } endedAt && request.Headers["Last-Event-ID"] == RunFeed.EndId(endedAt)) return TypedResults.NoContent();
        return await WatchAsync(feeds.Open(id), parts, cancellationToken);
    }

    /// <summary>Waits for the first look, so that what goes wrong with it is still answered with a problem.</summary>
    private static async Task<IResult> WatchAsync(FeedLease lease, HostParts parts, CancellationToken cancellationToken)
    {
        try
        {
            var view = lease.Board.Since(0);
            while (view is { Events.Count: 0, IsClosed: false })
            {
                await view.Changed.WaitAsync(cancellationToken);
                view = lease.Board.Since(0);
            }

            if (view.Events.Count > 0) return new EventStream(lease, view, parts.Time, parts.Platform.MaxAnswerTime);
            throw new ProblemException(Problem.Unavailable, "The run cannot be read now.");
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
