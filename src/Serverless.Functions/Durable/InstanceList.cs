using System.Runtime.CompilerServices;
using Microsoft.DurableTask.Client;
using Serverless.Core.Runs;
using Serverless.Durable;
using DurableMetadata = Microsoft.DurableTask.Client.OrchestrationMetadata;
using DurableQuery = Microsoft.DurableTask.Client.OrchestrationQuery;
using Query = Serverless.Durable.OrchestrationQuery;
using Status = Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.Functions.Durable;

/// <summary>
/// Lists instances. Durable Task filters by state, time of creation and prefix of the id, and gives pages in an order of its
/// own. The rest is done here: orchestrator, roots and last update are filtered out of what it gives, so that a page may be
/// shorter than asked for; and the newest first are found by reading all that match, without payloads (<see cref="NewestFirst"/>).
/// </summary>
internal sealed class InstanceList(DurableTaskClient client)
{
    /// <summary>The most a page holds, as on the embedded engine.</summary>
    public const int MaxPageSize = 1_000;

    private readonly NewestFirst _newest = new(client);

    /// <summary>What can still be ended.</summary>
    public static IReadOnlyList<Status> Live { get; } = [Status.Pending, Status.Running, Status.Suspended, Status.ContinuedAsNew];

    /// <summary>What can be purged.</summary>
    public static IReadOnlyList<Status> Ended { get; } = [Status.Completed, Status.Failed, Status.Terminated, Status.Canceled];

    public Task<OrchestrationPage> ReadAsync(Query query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, MaxPageSize);
        return query.NewestFirst ? _newest.ReadAsync(query, cancellation) : ReadNextAsync(query, cancellation);
    }

    /// <summary>What an instance has started, and what that has: the id of each begins with that of its root and a colon,
    /// unless its parent gave it another one.</summary>
    public async IAsyncEnumerable<DurableMetadata> DescendantsAsync(
        string instanceId, IReadOnlyList<Status> statuses, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = new Query { InstanceIdPrefix = instanceId + ":", Statuses = statuses, PageSize = MaxPageSize };
        var found = new List<DurableMetadata>();
        await foreach (var instance in client.GetAllInstancesAsync(ToDurableTask(query)).WithCancellation(cancellation))
            found.Add(instance);

        // All are read before the first is changed: pages of a list from which rows vanish may pass some over.
        foreach (var instance in found.Where(instance => Matches(query, instance) && IsChild(instance))) yield return instance;
    }

    internal static DurableQuery ToDurableTask(Query query) => new(
        query.CreatedFrom,
        query.CreatedTo,
        query.Statuses is { Count: > 0 } statuses ? [.. statuses.Select(InstanceMetadata.ToDurableTask)] : null,
        TaskHubNames: null,
        query.InstanceIdPrefix,
        query.PageSize,
        query.FetchInputsAndOutputs,
        query.ContinuationToken);

    /// <summary>Asked of everything again, because backends differ in whether bounds count and whether case does.</summary>
    internal static bool Matches(Query query, DurableMetadata instance) =>
        (query.Statuses is not { Count: > 0 } statuses || statuses.Contains(InstanceMetadata.ToPort(instance.RuntimeStatus)))
        && (query.InstanceIdPrefix is not { } prefix || instance.InstanceId.StartsWith(prefix, StringComparison.Ordinal))
        && (query.Name is not { } name || instance.Name == name)
        && !(query.RootsOnly && IsChild(instance))
        && !(instance.CreatedAt < query.CreatedFrom)
        && !(instance.CreatedAt >= query.CreatedTo)
        && !(instance.LastUpdatedAt < query.UpdatedFrom);

    /// <summary>Not every backend lists tags. The id of a child has a colon in it, behind what its parent is called; of what
    /// Core starts without a parent, pursuits of jobs and alerts have one.</summary>
    private static bool IsChild(DurableMetadata instance) => instance.Tags.ContainsKey(Options.ParentTag)
        || (instance.InstanceId.Contains(':', StringComparison.Ordinal) && instance.Name is not (Names.CancelJobs or Names.SendAlerts));

    /// <summary>Goes on until a page has something, or there is none left.</summary>
    private async Task<OrchestrationPage> ReadNextAsync(Query query, CancellationToken cancellation)
    {
        var pages = client.GetAllInstancesAsync(ToDurableTask(query)).AsPages(query.ContinuationToken, query.PageSize);
        await foreach (var page in pages.WithCancellation(cancellation))
        {
            var token = string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken;
            var values = page.Values.Where(instance => Matches(query, instance))
                .Select(instance => InstanceMetadata.ToPort(instance, query.FetchInputsAndOutputs))
                .ToList();
            if (values.Count > 0 || token is null) return new OrchestrationPage(values, token);
        }

        return new OrchestrationPage([], null);
    }
}
