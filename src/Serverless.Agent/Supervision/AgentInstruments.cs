using System.Diagnostics.Metrics;

namespace Serverless.Agent.Supervision;

/// <summary>What is counted and timed of workers.</summary>
internal static class AgentInstruments
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Serverless.Agent";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Restarts = Meter.CreateCounter<long>(
        "fanout.worker.restarts", "{restart}", "Starts of the worker after it had died, by what it died of.");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "fanout.worker.restarts.refused", "{restart}", "Starts that were refused because there were too many within an hour.");

    private static readonly Counter<long> Recoveries = Meter.CreateCounter<long>(
        "fanout.worker.recoveries", "{recovery}", "Restarts after which the worker lived. Over restarts this is the recovery rate.");

    private static readonly Histogram<double> RecoveryDuration = Meter.CreateHistogram<double>(
        "fanout.worker.recovery.duration", "s", "From a worker's death until it lived again.");

    private static readonly Counter<long> Notices = Meter.CreateCounter<long>(
        "fanout.interruption.notices", "{notice}", "What providers said about this machine, by kind.");

    private static readonly Counter<long> Zombies = Meter.CreateCounter<long>(
        "fanout.worker.zombies.reaped", "{process}", "Zombies that were taken out of the process table.");

    public static void Restarted(EndReason reason) => Restarts.Add(1, new KeyValuePair<string, object?>(
        "fanout.reason", reason == EndReason.Hung ? "hung" : "exited"));

    public static void RestartRefused() => Refused.Add(1);

    public static void Recovered(TimeSpan took)
    {
        Recoveries.Add(1);
        RecoveryDuration.Record(took.TotalSeconds);
    }

    public static void Noticed(string kind) => Notices.Add(1, new KeyValuePair<string, object?>("fanout.notice", kind));

    public static void Reaped(int count)
    {
        if (count > 0) Zombies.Add(count);
    }
}
