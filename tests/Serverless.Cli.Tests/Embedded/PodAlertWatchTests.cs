using System.Globalization;
using Moq;
using Serverless.Cli.Embedded;
using Serverless.Core.Alerts;
using Serverless.Durable;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>What of the queue people are told of.</summary>
public sealed class PodAlertWatchTests
{
    private readonly ManualClock _clock = new();
    private readonly List<Alert> _raised = [];
    private readonly HashSet<string> _instances = [];
    private QueueView _view = new() { Queued = 0, Running = 0, Completed = 0, Failed = 0, Pods = [], Events = [] };

    [Fact]
    public async Task Pod_ThatIsTakenOrLost_IsToldOnceEvenAfterARestart()
    {
        _view = _view with
        {
            Events =
            [
                Event(PodEventKind.Lost, "pods/b", 2), Event(PodEventKind.Noticed, "pods/a", 3), Event(PodEventKind.Started, "pods/a", 9),
                Event(PodEventKind.Noticed, "pods/a", 90),
            ],
        };

        var watch = Watch();
        await watch.RunAsync(default);
        await watch.RunAsync(default);
        await Watch().RunAsync(default);

        _raised.Select(alert => (alert.Event, alert.Subject, alert.Reason)).ShouldBe(
            [(AlertEvent.Interrupted, "pods/b", "Lost"), (AlertEvent.Interrupted, "pods/a", "Noticed")], ignoreOrder: true);
    }

    [Fact]
    public async Task Worker_ThatDiedTooOften_IsToldOnceEvenAfterARestart()
    {
        _view = _view with
        {
            Pods = [Pod("pods/a")],
            Events = [Event(PodEventKind.GaveUp, "pods/a", 2), Event(PodEventKind.Started, "pods/a", 9)],
        };

        await Watch().RunAsync(default);
        await Watch().RunAsync(default);

        var alert = _raised.ShouldHaveSingleItem();
        (alert.Event, alert.Subject, alert.Reason, alert.Pod!.Restarts).ShouldBe(
            (AlertEvent.RestartLimit, "pods/a", "exit code 1", 10));
    }

    [Fact]
    public async Task Worker_OfAnAgentThatTellsPeopleItself_IsNotTold()
    {
        _view = _view with { Pods = [Pod("pods/a", tellsPeople: true)], Events = [Event(PodEventKind.GaveUp, "pods/a", 2)] };

        await Watch().RunAsync(default);

        _raised.ShouldBeEmpty();
    }

    /// <summary>Given up at first, then, in the order of what befell the pod: S for a start of its agent, G for giving up.</summary>
    [Theory]
    [InlineData("G80 S30 G2", 0)]
    [InlineData("G80 G2", 1)]
    [InlineData("G90 S80 G2", 1)]
    [InlineData("G90 S40 G20 G2", 1)]
    public async Task Worker_GivenUpAgain_IsNewsUnlessOnlyTheAgentWasStarted(string story, int told)
    {
        var events = story.Split(' ').Select(one => Event(
            one[0] == 'S' ? PodEventKind.Started : PodEventKind.GaveUp, "pods/a", int.Parse(one[1..], CultureInfo.InvariantCulture)));
        _view = _view with { Pods = [Pod("pods/a")], Events = [.. events.Reverse()] };

        await Watch().RunAsync(default);

        _raised.Count.ShouldBe(told);
    }

    [Theory]
    [InlineData(1, 61.0, 75.0, true)]
    [InlineData(1, 61.0, null, true)]
    [InlineData(1, 61.0, 10.0, false)]
    [InlineData(1, 10.0, 75.0, false)]
    [InlineData(0, null, 75.0, false)]
    public async Task Work_ThatWaits_IsToldWhenNoPodIsSeen(int queued, double? oldest, double? lastSeen, bool isTold)
    {
        _view = _view with { Queued = queued, OldestSeconds = oldest, LastSeenSeconds = lastSeen };

        await Watch().RunAsync(default);

        _raised.Select(alert => alert.Event).ShouldBe(isTold ? [AlertEvent.NothingSeen] : []);
    }

    [Fact]
    public async Task Work_ThatStillWaits_IsNotToldAgain()
    {
        _view = _view with { Queued = 3, OldestSeconds = 70, LastSeenSeconds = 75 };
        await Watch().RunAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(10));
        _view = _view with { OldestSeconds = 80, LastSeenSeconds = 85 };

        await Watch().RunAsync(default);

        var alert = _raised.ShouldHaveSingleItem();
        (alert.Title, alert.Reason).ShouldBe(("Work waits for pods, and none was seen for 75 s", "3 jobs wait"));
    }

    private static PodView Pod(string name, bool tellsPeople = false) => new()
    {
        Name = name,
        Online = true,
        LastSeenSeconds = 1,
        Facts = new PodFacts
        {
            State = PodState.Unhealthy,
            WorkerRestarts = 12,
            RestartLimit = new RestartLimit { Restarts = 10, Reason = "exit code 1" },
            TellsPeople = tellsPeople ? true : null,
        },
        Jobs = [],
        CompletedJobs = 0,
        Interruptions = 0,
        Losses = 0,
    };

    private PodEvent Event(PodEventKind kind, string pod, int minutesAgo) => new()
    {
        At = _clock.GetUtcNow().AddMinutes(-minutesAgo),
        Pod = pod,
        Kind = kind,
        Text = kind.ToString(),
    };

    private PodAlertWatch Watch()
    {
        var client = new Mock<DurableClient>();
        client
            .Setup(c => c.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((string _, object? input, StartOrchestrationOptions? options, CancellationToken _) =>
            {
                if (!_instances.Add(options!.InstanceId!)) throw new OrchestrationAlreadyExistsException(options.InstanceId!, default);
                _raised.Add(((AlertDelivery)input!).Alert);
                return Task.FromResult(options.InstanceId!);
            });
        var channel = Mock.Of<IAlertChannel>(one => one.Name == "chat");
        var routing = new AlertRouting { Channels = [channel] };
        return new PodAlertWatch(_ => Task.FromResult(_view), new AlertDispatch(client.Object, routing), _clock);
    }
}
