using System.Net.Http.Json;
using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Supervision;

/// <summary>Tells nobody: what happened is in the log, and the coordinator hears of it by itself.</summary>
internal sealed class NoAlerts : IAlerts
{
    public Task SendAsync(AgentAlert alert, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Posts alerts as JSON, as the host's webhooks do. One that was sent again carries the same id, so that it need not be told
/// twice.</summary>
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
        var message = new AlertMessage(
            newId(), alert.Kind, clock.GetUtcNow(), $"Pod {pod}: {alert.Title}", alert.Text, new AlertPod(pod, alert.Restarts));
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
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = JsonContent.Create(message, AgentJson.Default.AlertMessage),
            };
            request.Headers.Add("Idempotency-Key", message.Id);
            using var answer = await http.SendAsync(request, either.Token);
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

/// <summary>An alert as it is posted: docs/alerts.md, "What a webhook gets".</summary>
/// <param name="Id">The same when it is sent again.</param>
/// <param name="Event">Such as <c>restart_limit</c>.</param>
/// <param name="At">UTC.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Text">For people.</param>
/// <param name="Pod">Which machine.</param>
internal sealed record AlertMessage(string Id, string Event, DateTimeOffset At, string Title, string Text, AlertPod Pod);

/// <summary>The machine in it.</summary>
internal sealed record AlertPod(string PodId, int Restarts);
