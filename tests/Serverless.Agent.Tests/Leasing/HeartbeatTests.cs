using Serverless.Agent.Leasing;
using Serverless.Agent.Notices;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>Signs of life, with driven time.</summary>
public sealed class HeartbeatTests : IAsyncLifetime, IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly SignalledLog _log = new();
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private FakeCoordinator _coordinator = null!;
    private AgentWatch _watch = null!;
    private PodBoard _board = null!;

    public async Task InitializeAsync()
    {
        _coordinator = await FakeCoordinator.StartAsync();
        var parts = new AgentParts
        {
            Clock = _clock,
            Loggers = _log,
            NewId = () => "session-1",
            Environment = new Dictionary<string, string>(),
            Version = "1.2.3",
            StopRequested = default,
            WasInterrupted = () => false,
        };
        var options = new AgentOptions { Coordinator = _coordinator.Address, StateFolder = "", Pod = "pod-1" };
        _watch = new AgentWatch(parts);
        _board = new PodBoard(options, parts, _watch, server: null, _log);
    }

    public async Task DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _coordinator.DisposeAsync();
    }

    public void Dispose()
    {
        _board.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Heartbeat_EveryFiveSeconds_AndAtOnceWhenThereIsNews()
    {
        using var heartbeats = Begin();
        await _coordinator.WhenCalled(WorkPaths.Heartbeat);

        for (var beat = 2; beat <= 4; beat++)
        {
            _clock.Advance(TimeSpan.FromSeconds(4.9));
            _coordinator.CountOf(WorkPaths.Heartbeat).ShouldBe(beat - 1);
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            await _coordinator.WhenCalled(WorkPaths.Heartbeat, beat);
        }

        _watch.Stop.Give(Notice());
        heartbeats.Hurry();
        await _coordinator.WhenCalled(WorkPaths.Heartbeat, 5);

        var last = _coordinator.Heartbeats.Last();
        last.Identity.ShouldBe(new PodIdentity { Pod = "pod-1", Session = "session-1" });
        last.Notice!.SecondsLeft.ShouldBe(120);
        last.Facts.State.ShouldBe(PodState.Stopping);
        _coordinator.Heartbeats.First().Facts.State.ShouldBe(PodState.Idle);
    }

    [Fact]
    public async Task Notice_ToAPodThatIsDoneAtOnce_IsToldAllTheSame()
    {
        using (Begin())
        {
            await _coordinator.WhenCalled(WorkPaths.Heartbeat);
            _watch.Stop.Give(Notice());
        }

        _coordinator.Heartbeats.Count.ShouldBe(2);
        _coordinator.Heartbeats.Last().Notice.ShouldNotBeNull().Kind.ShouldBe("aws-instance-action");
    }

    [Fact]
    public void Call_ThatFailedLateButBeganBeforeAnotherWasAnswered_DoesNotMeanThatTheCoordinatorIsAway()
    {
        var (first, second) = (_board.BeginCall(), _board.BeginCall());
        _board.Tell(second, CallOutcome.Answered, "");

        _board.Tell(first, CallOutcome.Unavailable, "HTTP 503");
        _board.IsOnline.ShouldBeTrue();
        _board.Tell(_board.BeginCall(), CallOutcome.Unavailable, "HTTP 503");

        _board.IsOnline.ShouldBeFalse();
        _log.Count("The coordinator does not answer").ShouldBe(1);
    }

    private HeartbeatThread Begin() =>
        new(_board, new CoordinatorClient(_http, _coordinator.Address, FakeCoordinator.Key, TimeProvider.System), _clock);

    private SpotNotice Notice() => new("aws-instance-action", "AWS", _clock.GetUtcNow().AddSeconds(120));
}
