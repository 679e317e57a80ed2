using Microsoft.Extensions.Logging;
using Serverless.Agent.Processes;

namespace Serverless.Agent.Supervision;

/// <summary>Puts a watchdog together.</summary>
internal static class WatchdogParts
{
    public static Watchdog Create(SupervisionOptions options, HttpClient http, AgentParts parts, ILogger logger)
    {
        IVitalSign? sign = options switch
        {
            { HeartbeatFile: { } file } => new HeartbeatFileSign(file),
            { Probe: { } probe } => new HttpProbeSign(probe, http, parts.Clock),
            { WatchesOutput: true } => new OutputSign(),
            _ => null,
        };
        return new Watchdog(
            options.Watchdog, new WorkerProcesses(parts.Clock, parts.NewId), sign, Alerts(options, http, parts, logger), parts.Clock,
            logger);
    }

    public static IAlerts Alerts(SupervisionOptions options, HttpClient http, AgentParts parts, ILogger logger) =>
        options.AlertUrl is { } address
            ? new WebhookAlerts(http, address, parts.PodName, parts.NewId, parts.Clock, logger)
            : new NoAlerts();
}
