using Microsoft.Extensions.Logging;
using Serverless.Agent.Alerting;
using Serverless.Agent.Processes;

namespace Serverless.Agent.Supervision;

/// <summary>Puts a watchdog together.</summary>
internal static class WatchdogParts
{
    public static Watchdog Create(SupervisionOptions options, HttpClient http, IAlerts? alerts, AgentParts parts, ILogger logger)
    {
        IVitalSign? sign = options switch
        {
            { HeartbeatFile: { } file } => new HeartbeatFileSign(file),
            { Probe: { } probe } => new HttpProbeSign(probe, http, parts.Clock),
            { WatchesOutput: true } => new OutputSign(),
            _ => null,
        };
        return new Watchdog(options.Watchdog, new WorkerProcesses(parts.Clock, parts.NewId), sign, alerts, parts.Clock, logger);
    }
}
