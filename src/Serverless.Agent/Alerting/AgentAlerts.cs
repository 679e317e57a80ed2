using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Agent.Notices;
using Serverless.Agent.Supervision;
using Serverless.Alerts;
using Serverless.Core.Alerts;

namespace Serverless.Agent.Alerting;

/// <summary>
/// Tells people what befalls this pod, while other things go on: each matter once, also when the agent is started again over it. What
/// cannot be sent before the agent ends is sent by the next that finds the same notes.
/// </summary>
internal sealed partial class AgentAlerts : IAlerts, IAsyncDisposable
{
    /// <summary>How long an agent that ends waits for what is being sent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The same when a person wants the end, or a service manager, which soon kills.</summary>
    private static readonly TimeSpan PatienceWhenAsked = TimeSpan.FromSeconds(5);

    private readonly string _pod;
    private readonly TimeProvider _clock;
    private readonly StopOrder _stop;
    private readonly AlertRouting _routing;
    private readonly DirectAlerts _direct;
    private readonly AlertNotes _notes;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _enough = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _sending = [];
    private Task _noting = Task.CompletedTask;
    private bool _hasEnded;

    private AgentAlerts(string pod, AgentParts parts, AlertParts told, StopOrder stop)
    {
        (_pod, _clock, _stop, _routing) = (pod, parts.Clock, stop, told.Routing);
        _logger = parts.Loggers.CreateLogger<AgentAlerts>();
        _direct = new DirectAlerts(told.Routing, told.Objects, parts.Clock, parts.Loggers.CreateLogger<DirectAlerts>());
        _notes = new AlertNotes(told.Objects, _direct);
    }

    /// <summary>Begins with what an agent before could not send.</summary>
    /// <param name="pod">What people call this pod.</param>
    /// <param name="parts">What the agent is given.</param>
    /// <param name="stop">When the end is wanted.</param>
    /// <returns>Null when nobody is to be told of anything.</returns>
    public static AgentAlerts? Begin(string pod, AgentParts parts, StopOrder stop)
    {
        if (parts.Alerts is not { Routing.Channels.Count: > 0 } told) return null;
        var alerts = new AgentAlerts(pod, parts, told, stop);
        alerts.Then(alerts.GoOnAsync);
        return alerts;
    }

    /// <inheritdoc/>
    public void GaveUp(int restarts, string reason) => Tell(PodAlerts.RestartLimit(_pod, restarts, _clock.GetUtcNow(), reason));

    /// <inheritdoc/>
    public void Recovered() => Then(() => _notes.ForgetFailuresAsync(CancellationToken.None));

    /// <summary>The provider takes the machine.</summary>
    public void Interrupted(SpotNotice notice) => Tell(PodAlerts.Interrupted(
        _pod, string.Create(CultureInfo.InvariantCulture, $"{notice.Kind} {notice.Deadline:yyyyMMdd'T'HHmmss}"), _clock.GetUtcNow(),
        notice.Text));

    /// <summary>The command is done.</summary>
    public void Completed(string reason)
    {
        Recovered();
        Tell(PodAlerts.Completed(_pod, _clock.GetUtcNow(), reason));
    }

    /// <summary>The command has failed, and is not started again here. Whoever starts the agent again and again hears of the same
    /// failure once.</summary>
    public void Failed(string reason) => Tell(PodAlerts.Failed(_pod, _clock.GetUtcNow(), reason));

    /// <summary>Waits for what is being sent, but not for long, and no longer than the machine lasts.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_hasEnded) return;
            _hasEnded = true;
        }

        var isAsked = _stop is { Given.IsCancellationRequested: true, Notice: null };
        using var patience = new CancellationTokenSource(isAsked ? PatienceWhenAsked : Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.TimeOver);
        var all = AllSentAsync();
        await all.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _enough.CancelAsync();
        await all;
        _enough.Dispose();
    }

    private void Tell(Alert alert)
    {
        if (_routing.ChannelsFor(alert.Event).Any()) Then(() => NoteAsync(alert));
    }

    /// <summary>One after another, in the order in which things came about.</summary>
    private void Then(Func<Task> work)
    {
        lock (_gate) _noting = AfterAsync(_noting, work);
    }

    private async Task AfterAsync(Task before, Func<Task> work)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await work();
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            NotKept(exception.Message);
        }
    }

    private async Task GoOnAsync()
    {
        var left = await _notes.TakeUpAsync(CancellationToken.None);
        foreach (var alert in left.Where(alert => _clock.GetUtcNow() - alert.At < AlertOrchestrator.GiveUpAfter)) Send(alert);
    }

    private async Task NoteAsync(Alert alert)
    {
        try
        {
            if (await _notes.AddAsync(alert, CancellationToken.None)) Send(alert);
            else ToldBefore(alert.Title);
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            NotNoted(alert.Title, exception.Message);
            Send(alert);
        }
    }

    private void Send(Alert alert)
    {
        lock (_gate)
        {
            _sending.RemoveAll(task => task.IsCompletedSuccessfully);
            _sending.Add(SendAsync(alert));
        }
    }

    private async Task SendAsync(Alert alert)
    {
        await Task.Yield(); // A lock is held.
        try
        {
            await _direct.SendAsync(alert, _enough.Token);
            Then(() => _notes.CloseAsync(alert, CancellationToken.None));
        }
        catch (OperationCanceledException) when (_enough.IsCancellationRequested)
        {
            StillOpen(alert.Title);
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            NotSent(alert.Title, exception.Message);
        }
    }

    private async Task AllSentAsync()
    {
        await _noting;
        Task[] sending;
        lock (_gate) sending = [.. _sending];
        await Task.WhenAll(sending);
        await _noting;
    }

    /// <summary>The folder is full, not to be written to, or damaged: no reason for the agent to end.</summary>
    private static bool IsOfStore(Exception exception) => exception is IOException or UnauthorizedAccessException or JsonException;

    [LoggerMessage(Level = LogLevel.Information, Message = "Alert \"{Title}\" is not sent: people were told before")]
    private partial void ToldBefore(string title);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alert \"{Title}\" could not be noted, and may be sent twice: {Reason}")]
    private partial void NotNoted(string title, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alert \"{Title}\" is not sent yet: an agent that finds this folder again tries on")]
    private partial void StillOpen(string title);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What people were told cannot be kept in mind, and may be told twice: {Reason}")]
    private partial void NotKept(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Alert \"{Title}\" is not sent: {Reason}")]
    private partial void NotSent(string title, string reason);
}
