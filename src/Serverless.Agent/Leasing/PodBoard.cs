using Microsoft.Extensions.Logging;
using Serverless.Agent.Notices;
using Serverless.Agent.Supervision;
using Serverless.Core.Alerts;
using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>What the pod holds and how it is, for the loop and for the heartbeats, which run on their own.</summary>
internal sealed class PodBoard : IDisposable
{
    private readonly AgentParts _parts;
    private readonly AgentWatch _watch;
    private readonly Watchdog? _server;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly List<HeldJob> _jobs = [];
    private readonly CancellationTokenSource _full = new();
    private readonly CancellationTokenSource _refused = new();
    private readonly DateTimeOffset _startedAt;
    private readonly bool _isOnDemand;
    private long _calls;
    private long _callsAtLastAnswer;
    private bool _isOffline;

    public PodBoard(AgentOptions options, AgentParts parts, AgentWatch watch, Watchdog? server, ILogger logger)
    {
        (_parts, _watch, _server, _logger) = (parts, watch, server, logger);
        _startedAt = parts.Clock.GetUtcNow();
        _isOnDemand = options.IsOnDemand;
        Crashes = new RestartBudget(options.Supervision.Watchdog.MaxRestartsPerHour, options.Supervision.Watchdog.FirstPause, parts.Clock);
        Identity = new PodIdentity { Pod = options.Pod ?? parts.PodName, Session = parts.NewId() };
    }

    /// <summary>Who calls.</summary>
    public PodIdentity Identity { get; }

    /// <summary>Workers that died under a job.</summary>
    public RestartBudget Crashes { get; }

    /// <summary>That they died too often: a person has to look; null when they did not.</summary>
    public RestartLimit? Limit { get; set; }

    /// <summary>Whether they did.</summary>
    public bool HasGivenUp => Limit is not null;

    /// <summary>Cancelled when no more jobs are to be taken.</summary>
    public CancellationToken Full => _full.Token;

    /// <summary>Cancelled when the coordinator does not want this agent.</summary>
    public CancellationToken Refused => _refused.Token;

    /// <summary>Why it does not.</summary>
    public string RefusedBecause { get; private set; } = "";

    /// <summary>Whether the coordinator told the pod to give everything back.</summary>
    public bool IsToldToStop { get; private set; }

    /// <summary>Whether the last call was answered.</summary>
    public bool IsOnline => !_isOffline;

    /// <summary>Whether the end is wanted.</summary>
    public bool IsStopping => _watch.Stop.Given.IsCancellationRequested;

    /// <summary>What is held.</summary>
    public IReadOnlyList<HeldJob> Jobs
    {
        get
        {
            lock (_gate) return [.. _jobs];
        }
    }

    public void Add(HeldJob job)
    {
        lock (_gate) _jobs.Add(job);
    }

    public void Remove(HeldJob job)
    {
        lock (_gate) _jobs.Remove(job);
    }

    /// <summary>No more jobs are to be taken.</summary>
    public void Close() => _full.Cancel();

    /// <summary>What the coordinator wants of the pod.</summary>
    public void Obey(WorkCommand command)
    {
        if (command == WorkCommand.Continue || (command == WorkCommand.Drain && _full.IsCancellationRequested)) return;
        lock (_gate)
        {
            if (command == WorkCommand.Stop && IsToldToStop) return;
            IsToldToStop |= command == WorkCommand.Stop;
        }

        _logger.Told(command.ToString().ToLowerInvariant());
        _full.Cancel();
        if (command == WorkCommand.Stop) _watch.Stop.Give();
    }

    /// <summary>A call begins.</summary>
    /// <returns>Its number.</returns>
    public long BeginCall() => Interlocked.Increment(ref _calls);

    /// <summary>Says once that the coordinator is away, and once that it is back.</summary>
    /// <param name="call">Whose outcome it is. That it failed says nothing when another was answered since it began.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="reason">Why.</param>
    public void Tell(long call, CallOutcome outcome, string reason)
    {
        if (outcome == CallOutcome.Fatal) Refuse(reason);
        lock (_gate)
        {
            var isOffline = outcome == CallOutcome.Unavailable;
            if (!isOffline) _callsAtLastAnswer = Interlocked.Read(ref _calls);
            if (isOffline == _isOffline || (isOffline && call <= _callsAtLastAnswer)) return;
            _isOffline = isOffline;
        }

        if (!_isOffline) _logger.Online();
        else if (Jobs.Count > 0) _logger.Offline(reason);
        else _logger.NotReached(reason);
    }

    /// <summary>What the pod says of itself.</summary>
    public PodFacts Facts() => new()
    {
        State = State(),
        AgentVersion = _parts.Version,
        Provider = _watch.Provider is SpotProvider.Auto or SpotProvider.None ? null : _watch.Provider.ToString().ToLowerInvariant(),
        Interruptible = _isOnDemand ? false : null,
        WorkerRestarts = (_server?.Restarts.Total ?? 0) + Crashes.Total,
        Interruptions = _watch.Notices,
        RestartLimit = Limit ?? _server?.Limit,
        TellsPeople = _parts.Alerts?.Routing.ChannelsFor(AlertEvent.RestartLimit).Any() == true ? true : null,
        UptimeSeconds = (_parts.Clock.GetUtcNow() - _startedAt).TotalSeconds,
    };

    public HeartbeatRequest Heartbeat() => new()
    {
        Identity = Identity,
        Facts = Facts(),
        Jobs = [.. Jobs.Select(job => job.Progress)],
        Notice = _watch.Stop.Notice?.ToWire(_parts.Clock.GetUtcNow()),
    };

    public void Dispose()
    {
        _full.Dispose();
        _refused.Dispose();
    }

    private PodState State()
    {
        if (IsStopping) return PodState.Stopping;
        if (_full.IsCancellationRequested) return PodState.Draining;
        if (HasGivenUp || _server?.Health.State == WorkerState.GivenUp) return PodState.Unhealthy;
        if (Jobs.Count > 0) return PodState.Working;
        return _server is null || _server.Health.State == WorkerState.Healthy ? PodState.Idle : PodState.Starting;
    }

    private void Refuse(string reason)
    {
        lock (_gate)
        {
            if (_refused.IsCancellationRequested) return;
            RefusedBecause = reason;
        }

        _refused.Cancel();
        _full.Cancel();
    }
}
