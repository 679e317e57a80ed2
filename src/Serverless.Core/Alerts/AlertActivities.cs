using Microsoft.Extensions.Logging;
using Serverless.Core.Runs;
using Serverless.Durable;

namespace Serverless.Core.Alerts;

/// <summary>The end of a run that people are to be told of.</summary>
/// <param name="Run">The run.</param>
/// <param name="Summary">How it ended.</param>
/// <param name="At">When.</param>
public sealed record RunEndInput(RunInput Run, RunSummary Summary, DateTimeOffset At);

/// <summary>Makes the alerts of a run's end durable. Once is enough, however often it is asked for.</summary>
internal sealed class TellRunEndActivity(RunEnvironment environment) : Activity<RunEndInput, int>
{
    public override Task<int> RunAsync(ActivityContext context, RunEndInput input) =>
        environment.Dispatch().RaiseAsync(RunAlerts.Of(input.Run, input.Summary, input.At), context.CancellationToken);
}

/// <summary>Sends an alert on a channel once.</summary>
internal sealed class SendAlertActivity(RunEnvironment environment, ILogger log) : Activity<AlertDelivery, AlertAnswer>
{
    public override async Task<AlertAnswer> RunAsync(ActivityContext context, AlertDelivery input)
    {
        var answer = environment.Alerts.Find(input.Channel) is { } channel
            ? await new AlertSender(environment.Objects, environment.Time).SendAsync(channel, input.Alert, context.CancellationToken)
            : new AlertAnswer { Outcome = AlertOutcome.Refused, Detail = "the channel is not set any more" };
        AlertLog.Answered(log, input, answer);
        return answer;
    }
}
