using System.Runtime.CompilerServices;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>What a run has started and what has not ended yet: its sections, groups and chunks.</summary>
internal static class LiveParts
{
    private const int PageSize = 1_000;

    /// <summary>All of them, a page at a time. Each page is read when it is asked for.</summary>
    /// <param name="client">The engine.</param>
    /// <param name="runId">The run, which may have ended itself.</param>
    /// <param name="name">Only parts of that name, such as <see cref="Names.Chunk"/>; null means all.</param>
    /// <param name="withPayloads">Whether inputs and custom statuses are read, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async IAsyncEnumerable<IReadOnlyList<OrchestrationMetadata>> PagesAsync(
        DurableClient client,
        string runId,
        string? name = null,
        bool withPayloads = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = new OrchestrationQuery
        {
            Name = name,
            InstanceIdPrefix = runId + ":",
            Statuses = OrchestrationQuery.Live,
            FetchInputsAndOutputs = withPayloads,
            PageSize = PageSize,
        };
        do
        {
            var page = await client.ListInstancesAsync(query, cancellationToken);
            if (page.Values.Count > 0) yield return page.Values;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }

    /// <summary>Asks a run or a part of it to end early. One that was set aside is let go on, for it takes no event
    /// before.</summary>
    /// <returns>False when it had ended.</returns>
    public static async Task<bool> CancelAsync(
        DurableClient client, string instanceId, CancellationToken cancellationToken = default)
    {
        if (!await client.RaiseEventAsync(instanceId, Names.CancelEvent, "", cancellationToken)) return false;
        await client.ResumeInstanceAsync(instanceId, "cancelled", cancellationToken);
        return true;
    }

    /// <summary>Whether there is any.</summary>
    public static async Task<bool> AnyAsync(DurableClient client, string runId, CancellationToken cancellationToken) =>
        await PagesAsync(client, runId, cancellationToken: cancellationToken).AnyAsync(cancellationToken);
}
