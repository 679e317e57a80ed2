using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>
/// Ends runs from outside and leaves no job behind that costs money. Terminating a chunk would drop the result of a
/// submission that is under way, and with it the only trace of its job. So only what submits nothing is terminated: the
/// run, its sections and groups. Its chunks are told to cancel, which they do themselves, durably, whatever they are just doing.
/// </summary>
public sealed class RunTermination(DurableClient client)
{
    /// <summary>Ends a run: it begins no chunk any more, and nothing is aggregated. When this returns, every chunk will
    /// cancel its job, whatever crashes. Safe to repeat: a run that has ended is no reason to leave its chunks going.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Becomes the run's output.</param>
    /// <returns>False when nothing of the run was going on.</returns>
    public async Task<bool> TerminateAsync(string runId, string? reason)
    {
        // In this order: what has ended starts nothing, so that each list is complete when it is read.
        var options = new TerminateInstanceOptions(reason, Recursive: false);
        var any = await client.TerminateInstanceAsync(runId, options);
        foreach (var name in new[] { Names.Section, Names.Group })
        {
            await foreach (var parts in LiveParts.PagesAsync(client, runId, name))
            {
                any = true;
                await Task.WhenAll(parts.Select(part => client.TerminateInstanceAsync(part.InstanceId, options)));
            }
        }

        await foreach (var chunks in LiveParts.PagesAsync(client, runId, Names.Chunk))
        {
            any = true;
            await Task.WhenAll(chunks.Select(CancelAsync));
        }

        return any;
    }

    /// <summary>Ends one chunk, or one group or section, early, as if the whole run were cancelled: jobs are cancelled, what
    /// is missing is null in the results, and the run goes on with the others.</summary>
    /// <returns>False when it had ended.</returns>
    public async Task<bool> CancelPartAsync(OrchestrationMetadata part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (!await CancelAsync(part)) return false;
        if (part.Name == Names.Section)
        {
            await foreach (var groups in ChildrenAsync(part, Names.Group)) await Task.WhenAll(groups.Select(CancelPartAsync));
        }
        else if (part.Name == Names.Group)
        {
            await foreach (var chunks in ChildrenAsync(part, Names.Chunk)) await Task.WhenAll(chunks.Select(CancelAsync));
        }

        return true;
    }

    private IAsyncEnumerable<IEnumerable<OrchestrationMetadata>> ChildrenAsync(OrchestrationMetadata parent, string name) =>
        LiveParts.PagesAsync(client, RunOf(parent.InstanceId), name)
            .Select(page => page.Where(child => child.ParentInstanceId == parent.InstanceId));

    private Task<bool> CancelAsync(OrchestrationMetadata part) => LiveParts.CancelAsync(client, part.InstanceId);

    private static string RunOf(string partId) => partId[..partId.IndexOf(':', StringComparison.Ordinal)];
}
