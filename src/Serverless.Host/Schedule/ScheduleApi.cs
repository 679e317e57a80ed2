using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Host.Http;

namespace Serverless.Host.Schedule;

/// <summary>Tells of the daily timer, and starts today's run at once.</summary>
internal static class ScheduleApi
{
    private const string ByHand = "manual";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/schedule");
        group.MapGet("/", ShowAsync);
        group.MapPost("/run", RunAsync);
    }

    private static async Task<IResult> ShowAsync(DailyPlan plan, ScheduleBook book, HostParts parts, CancellationToken cancellationToken)
    {
        var state = await book.ReadAsync(cancellationToken);
        return TypedResults.Ok(new ScheduleView
        {
            Enabled = plan.Source is not null,
            Reason = plan.Source is null ? DailyPlan.NoSource : null,
            Expression = plan.Schedule.Expression,
            TimeZone = plan.Schedule.Zone.Id,
            Source = plan.Source?.Description,
            Next = plan.Source is null ? null : plan.Schedule.Next(parts.Time.GetUtcNow()),
            Pending = state.Pending,
            Last = state.Last,
        });
    }

    private static async Task<IResult> RunAsync(DailyPlan plan, ScheduleBook book, HostParts parts, CancellationToken cancellationToken)
    {
        if (plan.Runs is null) return Problem.Conflict.With(DailyPlan.NoSource);
        var now = parts.Time.GetUtcNow();
        var start = await plan.Runs.StartAsync(plan.Schedule.DateOf(now), ByHand, cancellationToken);
        if (start.Result != DailyResult.Started) return TypedResults.Ok(start);
        await book.UpdateAsync(
            state => state with { Last = new LastRun(null, now, start.RunId, start.Result, null) }, CancellationToken.None);
        return TypedResults.Accepted($"/api/runs/{start.RunId}", start);
    }
}
