using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Host.Http;

namespace Serverless.Host.Runs;

/// <summary>Refuses a new run when too many are going on. Counts them only when those started since the last count might
/// make too many.</summary>
public sealed class LiveRunGate(HostParts parts) : IDisposable
{
    private readonly SemaphoreSlim _counting = new(1);
    private int _atMost = int.MaxValue / 2;

    /// <exception cref="ProblemException">As many runs as are allowed are going on.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var max = parts.Settings.MaxLiveRuns;
        if (Interlocked.Increment(ref _atMost) <= max) return;
        await _counting.WaitAsync(cancellationToken);
        try
        {
            var live = await CountAsync(max, cancellationToken);
            Volatile.Write(ref _atMost, live + 1);
            if (live < max) return;
        }
        finally
        {
            _counting.Release();
        }

        throw new ProblemException(
            Problem.TooManyRuns, $"{max} runs are going on, as many as are allowed (MAX_LIVE_RUNS); try again when some have ended.");
    }

    /// <inheritdoc/>
    public void Dispose() => _counting.Dispose();

    private async Task<int> CountAsync(int max, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            Name = Names.FanOut,
            RootsOnly = true,
            Statuses = OrchestrationQuery.Live,
            PageSize = HostLimits.MaxPageSize,
        };
        var count = 0;
        do
        {
            var page = await parts.Client.ListInstancesAsync(query, cancellationToken);
            count += page.Values.Count;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null && count < max);
        return count;
    }
}
