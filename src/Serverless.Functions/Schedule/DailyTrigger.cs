using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Durable;
using Serverless.Host;

namespace Serverless.Functions.Schedule;

/// <summary>The daily run by the Functions host's timer. Only one instance of the app is asked; what was missed while none was up
/// is asked for at once (it is past due). A day's run is started once, however often it is asked for.</summary>
public sealed partial class DailyTrigger(HostPipeline pipeline, BoundDurableClient bound, ILogger<DailyTrigger> log)
{
    /// <summary>Starts the day's run. When its source cannot be read the host asks again, as the embedded head's timer does.
    /// </summary>
    [Function("daily")]
    [ExponentialBackoffRetry(4, "00:01:00", "00:30:00")]
    public async Task RunAsync(
        [TimerTrigger("%DAILY_SCHEDULE%", RunOnStartup = false, UseMonitor = true)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        if (timer.IsPastDue) LogPastDue();
        bound.Use(client);
        await pipeline.DueRun.StartAsync(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Information, "The daily run is past due and is caught up")]
    private partial void LogPastDue();
}
