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

/// <summary>
/// Sends an alert on a channel once. That it is about to be sent is stored before it is, and what came of it after: so when a
/// process dies in between, the next one knows that it may have arrived. A channel that knows repeats gets it again then, any
/// other does not.
/// </summary>
internal sealed class SendAlertActivity(RunEnvironment environment, ILogger log) : Activity<AlertDelivery, AlertAnswer>
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public override async Task<AlertAnswer> RunAsync(ActivityContext context, AlertDelivery input)
    {
        var answer = await AnswerAsync(input, context.CancellationToken);
        AlertLog.Answered(log, input, answer);
        return answer;
    }

    private async Task<AlertAnswer> AnswerAsync(AlertDelivery input, CancellationToken cancellationToken)
    {
        if (environment.Alerts.Find(input.Channel) is not { } channel)
            return new AlertAnswer { Outcome = AlertOutcome.Refused, Detail = "the channel is not set any more" };
        var mark = new AlertMark(environment.Objects, input.Alert.Id, channel.Name);
        if (await mark.ReadAsync(cancellationToken) is { } before && Settled(before, channel) is { } settled) return settled;

        // A process that is asked to stop gives a send that has begun some time more: then it is known what came of it.
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, environment.Time);
        await using var asked = cancellationToken.Register(() => late.CancelAfter(Grace));
        await mark.WriteAsync(AlertMark.Sending, cancellationToken);
        var answer = await channel.SendAsync(input.Alert, late.Token);
        await mark.WriteAsync(answer, late.Token);
        return answer;
    }

    /// <summary>What is known of a send before; null when it is to be sent (again).</summary>
    private static AlertAnswer? Settled(AlertAnswer before, IAlertChannel channel)
    {
        if (before.Outcome == AlertOutcome.NotYet) return null;
        return before.Outcome == AlertOutcome.Unknown && channel.KnowsRepeats ? null : before;
    }
}
