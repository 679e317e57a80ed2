using Serverless.Agent.Alerting;
using Serverless.Alerts;
using Serverless.Alerts.Tests;
using Serverless.Core.Alerts;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Alerting;

/// <summary>What is kept of what people were told, and for how long.</summary>
public sealed class AlertNotesTests : IAsyncLifetime
{
    private readonly MemoryObjectStore _objects = new();
    private readonly Alert _alert = PodAlerts.RestartLimit("pod-1", 10, Samples.At, "exit code 1");
    private Receiver _receiver = null!;
    private AlertChannels _channels = null!;

    private DirectAlerts Direct => new(_channels.Routing, _objects, TimeProvider.System, new RecordedLog<DirectAlerts>());

    public async Task InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _channels = Samples.Only("webhook", _receiver.Address);
    }

    public async Task DisposeAsync()
    {
        _channels.Dispose();
        await _receiver.DisposeAsync();
    }

    /// <summary>An agent that begins takes up what was told before; the worker recovers before it has found that all was sent.</summary>
    [Fact]
    public async Task Failure_ForgottenWhileItIsTakenUp_IsNotSentAgain()
    {
        var before = new AlertNotes(_objects, Direct);
        (await before.AddAsync(_alert, default)).ShouldBeTrue();
        await Direct.SendAsync(_alert, default);
        await before.CloseAsync(_alert, default);
        var notes = new AlertNotes(_objects, Direct);
        var taken = (await notes.TakeUpAsync(default)).ShouldHaveSingleItem();

        await notes.ForgetFailuresAsync(default);
        await Direct.SendAsync(taken, default);
        await notes.CloseAsync(taken, default);

        _receiver.Posts.Count.ShouldBe(1);
        _objects.Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failure_Closed_IsKeptUntilItIsForgotten()
    {
        var notes = new AlertNotes(_objects, Direct);
        await notes.AddAsync(_alert, default);
        await Direct.SendAsync(_alert, default);
        await notes.CloseAsync(_alert, default);
        _objects.Names.ShouldBe([$"alerts/{_alert.Id}-webhook.json", $"told/restart_limit/{_alert.Id}.json"]);

        await notes.ForgetFailuresAsync(default);

        _objects.Names.ShouldBeEmpty();
    }
}
