using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Core.Runs;
using Serverless.Functions.Durable;

namespace Serverless.Functions.Schedule;

/// <summary>Looks once a minute for runs that failed or were terminated, so that people are told. Where nobody is to be told it asks
/// nothing of the task hub.</summary>
public sealed class AlertTrigger(RunEnvironment environment, BoundDurableClient bound)
{
    /// <summary>Looks.</summary>
    [Function("alerts")]
    public async Task RunAsync(
        [TimerTrigger("15 * * * * *", UseMonitor = false)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        bound.Use(client);
        await environment.Sweep().RunAsync(cancellationToken);
    }
}
