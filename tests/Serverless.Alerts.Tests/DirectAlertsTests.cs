using Serverless.Core.Alerts;
using Serverless.TestKit;

namespace Serverless.Alerts.Tests;

/// <summary>Alerts of a pod that is alone: real posts, a real folder, driven time.</summary>
public sealed class DirectAlertsTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly RecordedLog<DirectAlerts> _log = new();
    private Receiver _receiver = null!;
    private AlertChannels _channels = null!;

    public async Task InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _channels = Samples.Only("slack", _receiver.Address);
    }

    public Task DisposeAsync() => _receiver.DisposeAsync().AsTask();

    public void Dispose()
    {
        _channels.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Alert_SentTwice_IsPostedOnce()
    {
        (await Direct().SendAsync(Limit(), default))["slack"].Outcome.ShouldBe(AlertOutcome.Sent);
        (await Direct().SendAsync(Limit(), default))["slack"].Outcome.ShouldBe(AlertOutcome.Sent);

        _receiver.Posts.ShouldHaveSingleItem().Body.ShouldContain(
            "The worker on pod pod-1 was restarted 10 times within an hour; it is not started again until somebody does");
    }

    [Fact]
    public async Task Alert_ThatIsNotTaken_IsPostedAgainWhenItsTimeHasCome()
    {
        _receiver.Answer(429, "", ("Retry-After", "70"));
        _receiver.Answer(500);

        var sending = Direct().SendAsync(Limit(), default);
        foreach (var wait in (int[])[70, 10])
        {
            await Task.WhenAny(sending, _clock.WhenTimerDueBy(_clock.GetUtcNow() + TimeSpan.FromSeconds(wait))).WaitAsync(Patience);
            _clock.Advance(TimeSpan.FromSeconds(wait));
        }

        (await sending.WaitAsync(Patience))["slack"].Outcome.ShouldBe(AlertOutcome.Sent);
        _receiver.Posts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Alert_WhoseTimeRunsOutWhileItIsSent_IsNotGivenUp()
    {
        using var stop = new CancellationTokenSource();
        _receiver.Answer(async context =>
        {
            context.Response.StatusCode = 503;
            await stop.CancelAsync();
        });

        await Should.ThrowAsync<OperationCanceledException>(() => Direct().SendAsync(Limit(), stop.Token).WaitAsync(Patience));

        _log.Lines.ShouldHaveSingleItem().ShouldEndWith("not sent on slack yet, is tried again: HTTP 503");
        (await Direct().SendAsync(Limit(), default))["slack"].Outcome.ShouldBe(AlertOutcome.Sent);
    }

    [Fact]
    public async Task Alert_ThatIsRefused_IsSaidWithoutTheAddress()
    {
        _receiver.Answer(404, "no_service");

        (await Direct().SendAsync(Limit(), default))["slack"].Outcome.ShouldBe(AlertOutcome.Refused);

        _log.Lines.ShouldHaveSingleItem().ShouldEndWith("on slack Refused, is not tried again: HTTP 404 (no_service)");
        _log.Lines.ShouldAllBe(line => !line.Contains(Samples.Planted, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alert_OfAnEventThatNobodyChose_IsNotPosted()
    {
        var direct = new DirectAlerts(
            _channels.Routing with { On = [AlertEvent.Completed] }, new Storage.FileObjectStore(_folder.Path), _clock, _log);

        (await direct.SendAsync(Limit(), default)).ShouldBeEmpty();

        _receiver.Posts.ShouldBeEmpty();
    }

    /// <summary>Each time a new one over the same folder, as after a restart.</summary>
    private DirectAlerts Direct() => new(_channels.Routing, new Storage.FileObjectStore(_folder.Path), _clock, _log);

    private static Alert Limit() => PodAlerts.RestartLimit("pod-1", 10, Samples.At, "exit code 1");
}
