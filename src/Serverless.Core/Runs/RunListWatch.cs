using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Follows the runs that people look at: the newest, and those that have not ended however old they are.</summary>
public sealed class RunListWatch(DurableClient client)
{
    /// <summary>How many of the newest runs, and how many live ones at most.</summary>
    public const int Size = 200;

    /// <summary>Looks again.</summary>
    /// <returns>The runs, newest first; where the list of the newest goes on.</returns>
    public async Task<RunPage> ReadAsync(CancellationToken cancellationToken)
    {
        var newest = new OrchestrationQuery
        {
            Name = Names.FanOut,
            RootsOnly = true,
            NewestFirst = true,
            FetchInputsAndOutputs = true,
            PageSize = Size,
        };
        var page = await client.ListInstancesAsync(newest, cancellationToken);
        IEnumerable<OrchestrationMetadata> found = page.Values;
        if (page.ContinuationToken is { } behind)
        {
            var live = await client.ListInstancesAsync(
                newest with
                {
                    ContinuationToken = behind,
                    Statuses = OrchestrationQuery.Live,
                },
                cancellationToken);
            found = found.Concat(live.Values);
        }

        return new RunPage([.. found.Select(RunReading.ToSnapshot).OfType<RunSnapshot>()], page.ContinuationToken);
    }
}
