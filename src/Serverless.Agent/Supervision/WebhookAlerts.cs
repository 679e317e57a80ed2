using System.Net.Http.Json;
using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Supervision;

/// <summary>Tells nobody: what happened is in the log, and the coordinator hears of it by itself.</summary>
internal sealed class NoAlerts : IAlerts
{
    public Task SendAsync(AgentAlert alert, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Posts alerts as JSON. One that was sent again carries the same id, so that it need not be told twice.</summary>
/// <param name="http">Sends.</param>
/// <param name="address">Where to. Never logged: such addresses are secrets.</param>
/// <param name="pod">Which machine this is.</param>
/// <param name="newId">Makes a text by chance.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Takes what fails.</param>
internal sealed partial class WebhookAlerts(
    HttpClient http, Uri address, string pod, Func<string> newId, TimeProvider clock, ILogger logger) : IAlerts
{
    private const int MaxTries = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task SendAsync(AgentAlert alert, CancellationToken cancellationToken)
    {
        var message = new AlertMessage(newId(), alert.Kind, pod, clock.GetUtcNow(), alert.Text);
        var pause = FirstPause;
        for (var tries = 1; await TrySendAsync(message, cancellationToken) is { } failure; tries++, pause *= 2)
        {
            NotSent(alert.Kind, failure);
            if (tries == MaxTries) return;
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Why it was not sent, or null.</summary>
    private async Task<string?> TrySendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            using var answer = await http.PostAsJsonAsync(address, message, AgentJson.Default.AlertMessage, either.Token);
            return answer.IsSuccessStatusCode ? null : $"the server answered {(int)answer.StatusCode}";
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return exception is OperationCanceledException ? "no answer in time" : $"{((HttpRequestException)exception).HttpRequestError}";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The alert {Kind} could not be sent: {Reason}")]
    private partial void NotSent(string kind, string reason);
}

/// <summary>An alert as it is posted.</summary>
/// <param name="Id">The same when it is sent again.</param>
/// <param name="Kind">Such as <c>restart_limit</c>.</param>
/// <param name="Pod">Which machine.</param>
/// <param name="At">UTC.</param>
/// <param name="Text">For people; Slack and others show this member.</param>
internal sealed record AlertMessage(string Id, string Kind, string Pod, DateTimeOffset At, string Text);
