using Serverless.Agent.Leasing;
using Serverless.Agent.Notices;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>Signs of life, with driven time.</summary>
public sealed class HeartbeatTests
{
    [Fact]
    public async Task Heartbeat_EveryFiveSeconds_AndAtOnceWhenThereIsNews()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var clock = new ManualClock();
        var log = new SignalledLog();
        var parts = new AgentParts
        {
            Clock = clock,
            Loggers = log,
            NewId = () => "session-1",
            Environment = new Dictionary<string, string>(),
            Version = "1.2.3",
            StopRequested = default,
            WasInterrupted = () => false,
        };
        var options = new AgentOptions { Coordinator = coordinator.Address, StateFolder = "", Pod = "pod-1" };
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        await using var watch = new AgentWatch(parts);
        using var board = new PodBoard(options, parts, watch, server: null, log);
        var client = new CoordinatorClient(http, coordinator.Address, FakeCoordinator.Key, TimeProvider.System);
        using var heartbeats = new HeartbeatThread(board, client, clock);
        await coordinator.WhenCalled(WorkPaths.Heartbeat);

        for (var beat = 2; beat <= 4; beat++)
        {
            clock.Advance(TimeSpan.FromSeconds(4.9));
            coordinator.CountOf(WorkPaths.Heartbeat).ShouldBe(beat - 1);
            clock.Advance(TimeSpan.FromSeconds(0.1));
            await coordinator.WhenCalled(WorkPaths.Heartbeat, beat);
        }

        watch.Stop.Give(new SpotNotice("aws-instance-action", "AWS", clock.GetUtcNow().AddSeconds(120)));
        heartbeats.Hurry();
        await coordinator.WhenCalled(WorkPaths.Heartbeat, 5);

        var last = coordinator.Heartbeats.Last();
        last.Identity.ShouldBe(new PodIdentity { Pod = "pod-1", Session = "session-1" });
        last.Notice!.SecondsLeft.ShouldBe(120);
        last.Facts.State.ShouldBe(PodState.Stopping);
        coordinator.Heartbeats.First().Facts.State.ShouldBe(PodState.Idle);
    }
}
