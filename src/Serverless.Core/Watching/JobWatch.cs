using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Durable;

namespace Serverless.Core.Watching;

/// <summary>What a watch works with.</summary>
/// <param name="Client">The engine whose chunks are told.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">Where it logs.</param>
internal sealed record WatchParts(Func<DurableClient> Client, TimeProvider Time, ILogger Log);

/// <summary>
/// Watches all jobs of a process. A chunk waits for an event, and this raises it when its job begins or ends, as a webhook
/// does: so ten thousand jobs take no more calls than RunPod allows, and next to nothing of the engine. What it knows is in
/// memory only; a chunk whose watch died with its process looks for itself in the end.
/// </summary>
public sealed class JobWatch : IAsyncDisposable
{
    /// <summary>A look that is no older is as good as another.</summary>
    internal static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Func<string, IJobBackend> _backends;
    private readonly WatchParts _parts;
    private readonly Dictionary<string, BackendWatch> _watches = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>Creates a watch over no jobs.</summary>
    public JobWatch(Func<string, IJobBackend> backends, Func<DurableClient> client, TimeProvider time, ILoggerFactory loggers)
    {
        _backends = backends;
        _parts = new WatchParts(client, time, loggers.CreateLogger<JobWatch>());
    }

    /// <summary>How many jobs are followed.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _watches.Values.Sum(watch => watch.Count);
        }
    }

    /// <summary>Follows the jobs of a run's chunks that have not ended: what a process that died followed.</summary>
    public async Task FollowRunAsync(
        DurableClient client, string runId, Func<AttemptInput, bool> reportsItself, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reportsItself);
        await foreach (var page in LiveParts.PagesAsync(client, runId, Names.Chunk, withPayloads: true, cancellationToken))
        {
            foreach (var (attempt, _, _) in page.SelectMany(OpenJobQueries.OpenAttempts)) Follow(attempt, reportsItself(attempt));
        }
    }

    /// <summary>Stops looking. Jobs go on.</summary>
    public async ValueTask DisposeAsync()
    {
        BackendWatch[] watches;
        lock (_gate)
        {
            _isDisposed = true;
            watches = [.. _watches.Values];
            _watches.Clear();
        }

        foreach (var watch in watches) await watch.DisposeAsync();
    }

    /// <summary>Follows a job until it has ended or is forgotten. Being told twice does no harm.</summary>
    internal void Follow(AttemptInput attempt, bool reportsItself)
    {
        lock (_gate)
        {
            if (!_isDisposed) Of_NeedsLock(attempt.Chunk.Run.Backend).Follow(attempt, reportsItself);
        }
    }

    /// <summary>Nobody asks after the job any more.</summary>
    internal void Forget(AttemptInput attempt) => Find(attempt)?.Forget(attempt.JobId!);

    /// <summary>What the look at the job showed that its chunk was just told of; else null.</summary>
    internal JobSnapshot? TakeSeen(AttemptInput attempt) => Find(attempt)?.TakeSeen(attempt.JobId!);

    /// <summary>Somebody else has looked at the job.</summary>
    internal void OnSeen(AttemptInput attempt, JobSnapshot snapshot) => Find(attempt)?.OnSeen(attempt.JobId!, snapshot);

    /// <summary>Why the job has no worker; null when it has, or nobody knows.</summary>
    internal string? WhyHeld(AttemptInput attempt) => Find(attempt)?.WhyHeld(attempt.JobId!);

    private BackendWatch? Find(AttemptInput attempt)
    {
        lock (_gate) return _watches.GetValueOrDefault(attempt.Chunk.Run.Backend);
    }

    private BackendWatch Of_NeedsLock(string address)
    {
        if (_watches.TryGetValue(address, out var watch)) return watch;
        return _watches[address] = new BackendWatch(_backends(address), _parts);
    }
}
