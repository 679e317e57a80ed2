using Serverless.Core.Runs;
using Serverless.Durable;

namespace Serverless.Core.Alerts;

/// <summary>An alert for one channel.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Try">Which time it is sent, from 1.</param>
public sealed record AlertDelivery(Alert Alert, string Channel, int Try = 1);

/// <summary>How the delivery of an alert stands.</summary>
/// <param name="Tries">How often it was sent.</param>
/// <param name="Last">What came of it last.</param>
public sealed record AlertReceipt(int Tries, AlertAnswer Last);

/// <summary>Sends one alert on one channel, again until it is taken, refused, or a day old: one channel that is down keeps no
/// other from getting it, and none gets it twice because another failed.</summary>
public sealed class AlertOrchestrator : Orchestrator<AlertDelivery, AlertReceipt>
{
    /// <summary>What is a day old nobody is helped by any more.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public override async Task<AlertReceipt> RunAsync(OrchestrationContext context, AlertDelivery input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        var endsAt = context.CurrentUtcDateTime + GiveUpAfter;
        for (var tries = 1; ; tries++)
        {
            var receipt = new AlertReceipt(tries, await TryAsync(context, input with { Try = tries }));
            if (receipt.Last.IsFinal) return receipt;
            var next = context.CurrentUtcDateTime + AlertPace.After(tries, receipt.Last.RetryAfterSec);
            if (next > endsAt)
            {
                AlertLog.GivenUp(context.CreateReplaySafeLogger(AlertLog.Category), input.Alert.Title, input.Channel, receipt.Last.Detail);
                return receipt;
            }

            context.SetCustomStatus(receipt);
            await context.CreateTimer(next, CancellationToken.None);
        }
    }

    private static async Task<AlertAnswer> TryAsync(OrchestrationContext context, AlertDelivery input)
    {
        try
        {
            return await context.CallActivityAsync<AlertAnswer>(Names.SendAlert, input);
        }
        catch (TaskFailedException e)
        {
            return new AlertAnswer { Outcome = AlertOutcome.NotYet, Detail = AttemptRecord.Shorten(e.FailureDetails.ErrorMessage) };
        }
    }
}
