using Microsoft.Extensions.Logging;

namespace Serverless.Core.Alerts;

/// <summary>What is logged of alerts: a channel's name, never its address.</summary>
internal static partial class AlertLog
{
    public const string Category = "Serverless.Core.Alerts";

    /// <summary>A channel that stays down is said once when it begins, and once when it is given up.</summary>
    public static void Answered(ILogger log, AlertDelivery delivery, AlertAnswer answer)
    {
        var title = delivery.Alert.Title;
        switch (answer.Outcome)
        {
            case AlertOutcome.Sent:
                Sent(log, title, delivery.Channel);
                break;
            case AlertOutcome.NotYet:
                NotYet(log, delivery.Try == 1 ? LogLevel.Warning : LogLevel.Debug, title, delivery.Channel, answer.Detail);
                break;
            default:
                Lost(log, title, delivery.Channel, answer.Outcome, answer.Detail);
                break;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Alert \"{Title}\" sent on {Channel}")]
    private static partial void Sent(ILogger logger, string title, string channel);

    [LoggerMessage(EventId = 2, Message = "Alert \"{Title}\" not sent on {Channel} yet, is tried again: {Detail}")]
    private static partial void NotYet(ILogger logger, LogLevel level, string title, string channel, string detail);

    [LoggerMessage(3, LogLevel.Error, "Alert \"{Title}\" on {Channel} {Outcome}, is not tried again: {Detail}")]
    private static partial void Lost(ILogger logger, string title, string channel, AlertOutcome outcome, string detail);

    [LoggerMessage(4, LogLevel.Error, "Alert \"{Title}\" on {Channel} is given up after a day: {Detail}")]
    public static partial void GivenUp(ILogger logger, string title, string channel, string detail);

    [LoggerMessage(5, LogLevel.Error, "Run {RunId}: its alerts could not be made: {Reason}")]
    public static partial void NotMade(ILogger logger, string runId, string reason);
}
