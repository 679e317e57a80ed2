using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Serverless.Core.Alerts;
using Serverless.Core.Storage;

namespace Serverless.Alerts;

/// <summary>Sends alerts where there is no durable engine: beside a worker in a pod, when no coordinator can be reached. What was
/// sent is remembered in a store, such as a folder of the pod; what was not is sent again for as long as the process lives,
/// which is at most a day.</summary>
public sealed partial class DirectAlerts
{
    /// <summary>With five minutes between them, a day.</summary>
    private const int MaxRetries = 290;

    private readonly AlertRouting _routing;
    private readonly AlertSender _sender;
    private readonly ILogger _log;
    private readonly ResiliencePipeline<AlertAnswer> _retry;

    /// <summary>Sends alerts.</summary>
    /// <param name="routing">Who is told of what.</param>
    /// <param name="objects">Where it is remembered what was sent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is said what was not.</param>
    public DirectAlerts(AlertRouting routing, IObjectStore objects, TimeProvider time, ILogger<DirectAlerts> log)
    {
        ArgumentNullException.ThrowIfNull(routing);
        _routing = routing;
        _sender = new AlertSender(objects, time);
        _log = log;
        _retry = new ResiliencePipelineBuilder<AlertAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<AlertAnswer>
            {
                ShouldHandle = static arguments =>
                    ValueTask.FromResult(arguments.Outcome.Exception is IOException || arguments.Outcome.Result is { IsFinal: false }),
                MaxRetryAttempts = MaxRetries,
                DelayGenerator = static arguments => ValueTask.FromResult<TimeSpan?>(
                    AlertPace.After(arguments.AttemptNumber + 1, arguments.Outcome.Result?.RetryAfterSec)),
            })
            .Build();
    }

    /// <summary>Sends an alert on every channel that is to get it, and completes when it is taken, refused or given up on
    /// each.</summary>
    /// <returns>What came of it, by channel.</returns>
    public async Task<IReadOnlyDictionary<string, AlertAnswer>> SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var answers = await Task.WhenAll(_routing.ChannelsFor(alert.Event).Select(async channel =>
            KeyValuePair.Create(channel.Name, await SendAsync(channel, alert, cancellationToken))));
        return answers.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Forgets that an alert was sent.</summary>
    public Task ForgetAsync(Alert alert, CancellationToken cancellationToken) => _sender.ForgetAsync(alert, cancellationToken);

    private async Task<AlertAnswer> SendAsync(IAlertChannel channel, Alert alert, CancellationToken cancellationToken)
    {
        var tries = 0;
        var answer = await _retry.ExecuteAsync(async token => await TryAsync(channel, alert, ++tries, token), cancellationToken);

        // The last answer is given back, too, when the time ran out: it is not given up then.
        if (!answer.IsFinal) cancellationToken.ThrowIfCancellationRequested();
        if (answer.Outcome == AlertOutcome.Sent) LogSent(alert.Title, channel.Name);
        else LogNotSent(alert.Title, channel.Name, answer.Outcome, answer.Detail);
        return answer;
    }

    /// <summary>A channel that stays down is said once when it begins, and once when it is given up.</summary>
    private async Task<AlertAnswer> TryAsync(IAlertChannel channel, Alert alert, int tries, CancellationToken cancellationToken)
    {
        var level = tries == 1 ? LogLevel.Warning : LogLevel.Debug;
        try
        {
            var answer = await _sender.SendAsync(channel, alert, cancellationToken);
            if (!answer.IsFinal) LogNotYet(level, alert.Title, channel.Name, answer.Detail);
            return answer;
        }
        catch (IOException e)
        {
            LogNotYet(level, alert.Title, channel.Name, e.Message);
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Alert \"{Title}\" on {Channel} {Outcome}, is not tried again: {Detail}")]
    private partial void LogNotSent(string title, string channel, AlertOutcome outcome, string detail);

    [LoggerMessage(2, LogLevel.Debug, "Alert \"{Title}\" sent on {Channel}")]
    private partial void LogSent(string title, string channel);

    [LoggerMessage(EventId = 3, Message = "Alert \"{Title}\" not sent on {Channel} yet, is tried again: {Detail}")]
    private partial void LogNotYet(LogLevel level, string title, string channel, string detail);
}
