using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Http;
using Serverless.Host.Runs;

namespace Serverless.Host.Management;

/// <summary>Deletes ended instances with all that they started; of a run, what it stored too.</summary>
internal static class PurgeCalls
{
    private static readonly OrchestrationRuntimeStatus[] Ended =
        [.. Enum.GetValues<OrchestrationRuntimeStatus>().Where(status => status.IsEnded())];

    public static async Task<IResult> PurgeAsync(
        string instanceId, HostParts parts, RunStarter starter, CancellationToken cancellationToken)
    {
        var found = await Instances.FindAsync(parts, instanceId, withPayloads: false, cancellationToken);
        if (!found.RuntimeStatus.IsEnded())
        {
            throw new ProblemException(
                Problem.WrongState,
                $"The instance '{instanceId}' is {found.RuntimeStatus}; only one that has ended can be purged: terminate it first.");
        }

        if (await Instances.FindWaitingParentAsync(parts, found, cancellationToken) is { } parent)
        {
            throw new ProblemException(
                Problem.WrongState,
                $"The instance '{instanceId}' was started by '{parent.InstanceId}', which has not ended: purge that one once it has.");
        }

        var purged = await PurgeTreeAsync(parts, starter, found, cancellationToken);
        return purged == 0 ? throw Instances.Unknown(instanceId) : Answer(purged);
    }

    /// <summary>Instances that others started go with those, whenever they began; what has not ended stays.</summary>
    public static async Task<IResult> PurgeManyAsync(
        HttpContext context, HostParts parts, RunStarter starter, CancellationToken cancellationToken)
    {
        var wish = new ManagementQuery(context.Request);
        var statuses = wish.Statuses();
        var query = new OrchestrationQuery
        {
            RootsOnly = true,
            CreatedFrom = wish.Time("createdTimeFrom") ?? throw new ProblemException(
                Problem.InvalidRequest, "createdTimeFrom is missing: an ISO 8601 time such as 2025-01-31T23:59:00Z.", "createdTimeFrom"),
            CreatedTo = wish.Time("createdTimeTo") ?? parts.Time.GetUtcNow(),
            Statuses = statuses.Count == 0 ? Ended : [.. statuses.Where(status => status.IsEnded())],
            PageSize = HostLimits.MaxPageSize,
        };
        var purged = query.Statuses.Count == 0 ? 0 : await PurgeMatchingAsync(parts, starter, query, cancellationToken);
        return purged == 0
            ? Problem.NotFound.With("No ended instance was created in that time in one of those states.")
            : Answer(purged);
    }

    private static async Task<int> PurgeMatchingAsync(
        HostParts parts, RunStarter starter, OrchestrationQuery query, CancellationToken cancellationToken)
    {
        var purged = 0;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = HostLimits.MaxConcurrentPurges,
            CancellationToken = cancellationToken,
        };
        do
        {
            var page = await parts.Client.ListInstancesAsync(query, cancellationToken);
            await Parallel.ForEachAsync(page.Values, options, async (instance, token) =>
                Interlocked.Add(ref purged, await PurgeUnlessLiveAsync(parts, starter, instance, token)));
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);

        return purged;
    }

    private static async Task<int> PurgeUnlessLiveAsync(
        HostParts parts, RunStarter starter, OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        try
        {
            return await PurgeTreeAsync(parts, starter, instance, cancellationToken);
        }
        catch (Exception e) when (e is RunConflictException or ProblemException)
        {
            // Something that it started goes on, or it does again itself: then it is none of those that were meant.
            return 0;
        }
    }

    private static async Task<int> PurgeTreeAsync(
        HostParts parts, RunStarter starter, OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        if (Instances.IsRun(instance)) return await starter.PurgeAsync(instance.InstanceId, cancellationToken);
        try
        {
            return await parts.Client.PurgeInstanceAsync(instance.InstanceId, recursive: true, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(Problem.WrongState, e.Message, inner: e);
        }
    }

    private static JsonHttpResult<PurgeHistoryResult> Answer(int purged) =>
        TypedResults.Json(new PurgeHistoryResult(purged), ManagementJson.Default.PurgeHistoryResult);
}
