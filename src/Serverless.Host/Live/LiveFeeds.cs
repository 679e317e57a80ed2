using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Host.Http;

namespace Serverless.Host.Live;

/// <summary>One feed for each thing that is watched, however many watch it.</summary>
internal sealed class LiveFeeds(HostParts parts, IHostApplicationLifetime lifetime, ILogger<LiveFeeds> log)
{
    /// <summary>No run's id is empty.</summary>
    private const string AllRuns = "";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private int _streams;

    /// <summary>How many things are watched now.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _watched.Count;
        }
    }

    /// <summary>Watches all runs.</summary>
    /// <exception cref="ProblemException">As many streams are open as may be.</exception>
    public FeedLease OpenAll() => Open(AllRuns, () => new RunListFeed(parts, log));

    /// <summary>Watches a run.</summary>
    /// <exception cref="ProblemException">As many streams are open as may be.</exception>
    public FeedLease Open(string runId) => Open(runId, () => new RunFeed(parts, runId, log));

    private FeedLease Open(string name, Func<LiveFeed> create)
    {
        lock (_gate)
        {
            if (_streams == HostLimits.MaxStreams)
            {
                throw new ProblemException(
                    Problem.TooManyStreams,
                    $"{HostLimits.MaxStreams} event streams are open, as many as are allowed. Close one, or ask for the run itself.");
            }

            if (!_watched.TryGetValue(name, out var watched) || watched.Feed.Board.IsClosed)
                _watched[name] = watched = Start(create());
            watched.Watchers++;
            _streams++;
            return new FeedLease(watched.Feed.Board, () => Release(name, watched));
        }
    }

    private Watched Start(LiveFeed feed)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        _ = Task.Run(() => feed.RunAsync(stop.Token), CancellationToken.None);
        return new Watched(feed, stop);
    }

    private void Release(string name, Watched watched)
    {
        lock (_gate)
        {
            _streams--;
            if (--watched.Watchers > 0) return;
            if (_watched.TryGetValue(name, out var current) && current == watched) _watched.Remove(name);
        }

        watched.Stop.Cancel();
        watched.Stop.Dispose();
    }

    private sealed class Watched(LiveFeed feed, CancellationTokenSource stop)
    {
        public LiveFeed Feed => feed;

        public CancellationTokenSource Stop => stop;

        public int Watchers { get; set; }
    }
}

/// <summary>Somebody's place before a board; the reading ends when the last one is given back.</summary>
internal sealed class FeedLease(LiveBoard board, Action release) : IDisposable
{
    private Action? _release = release;

    public LiveBoard Board => board;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
