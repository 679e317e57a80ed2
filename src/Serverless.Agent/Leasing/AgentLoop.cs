using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Agent.Alerting;
using Serverless.Agent.Health;
using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;
using Serverless.Core.Storage;
using Serverless.Protocol;
using Serverless.Workers;

namespace Serverless.Agent.Leasing;

/// <summary>An agent that takes its jobs from a coordinator, from its start to its end.</summary>
public static class AgentLoop
{
    /// <summary>Runs it.</summary>
    /// <param name="options">How.</param>
    /// <param name="parts">What the agent is given.</param>
    /// <param name="checkpoints">Where checkpoints within jobs are kept; null: there are none.</param>
    /// <param name="listening">Called with the address of <c>/health</c>, if that is served.</param>
    /// <param name="refused">Called with the reason when the coordinator does not want this agent.</param>
    /// <exception cref="WorkerStartException">The program to serve could not be started at all.</exception>
    public static async Task<AgentOutcome> RunAsync(
        AgentOptions options, AgentParts parts, IObjectStore? checkpoints = null, Action<Uri>? listening = null,
        Action<string>? refused = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.AdoptsOrphans) NativeProcesses.BecomeSubreaper();
        var logger = parts.Loggers.CreateLogger("Serverless.Agent");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        await using var watch = new AgentWatch(parts);
        await using var alerts = AgentAlerts.Begin(options.Pod ?? parts.PodName, parts, watch.Stop);
        var server = options.Serve.Count > 0 ? WatchdogParts.Create(options.Supervision, http, alerts, parts, logger) : null;
        using var board = new PodBoard(options, parts, watch, server, logger);
        var coordinator = new CoordinatorClient(http, options.Coordinator, options.Key, parts.Clock);
        var loop = new LeaseLoop(options, parts, board, coordinator, watch.Stop, alerts, checkpoints, logger);
        await using var health = await StartHealthAsync(options, parts, board, server, watch, loop, listening);
        watch.Start(options.Supervision, token => Task.WhenAll(board.Jobs.Select(job => job.HurryAsync(token))));
        var serving = server?.RunAsync(new ServedProgram(options), watch.Stop) ?? Task.FromResult<WorkerEnd?>(null);
        IWorkerHandler? url = options.WorkerUrl is { } address ? new HttpHandler(address, http) : null;
        var served = server is null ? null : new ServedHandler(url!, server, watch.Stop, parts.Clock);
        using (var heartbeats = new HeartbeatThread(board, coordinator, parts.Clock))
        {
            using var hurry = watch.Stop.Given.Register(heartbeats.Hurry);
            await loop.RunAsync(
                (lease, environment) => served ?? url ?? CommandOf(options, parts, watch.Stop, lease, environment),
                () => served is null or { IsReady: true });
        }

        if (!watch.Stop.Given.IsCancellationRequested) watch.Stop.Give();
        await serving;
        if (alerts is not null) await alerts.DisposeAsync();
        await watch.AcknowledgeAsync();
        if (!board.Refused.IsCancellationRequested) return AgentOutcome.Ended;
        refused?.Invoke(board.RefusedBecause);
        return AgentOutcome.Refused;
    }

    private static CommandHandler CommandOf(
        AgentOptions options, AgentParts parts, StopOrder stop, WorkLease lease, IReadOnlyDictionary<string, string> environment)
    {
        var names = environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        names["FANOUT_MODEL_TIMEOUT_S"] = lease.ModelTimeoutSeconds.ToString(CultureInfo.InvariantCulture);
        foreach (var secret in WorkerSecrets.Names) names[secret] = null;
        return new CommandHandler(options.WorkerCommand!, parts.Clock, parts.Loggers.CreateLogger<CommandHandler>())
        {
            Asked = stop.Given,
            Environment = names,
        };
    }

    private static async Task<HealthServer?> StartHealthAsync(
        AgentOptions options, AgentParts parts, PodBoard board, Watchdog? server, AgentWatch watch, LeaseLoop loop, Action<Uri>? listening)
    {
        if (options.Supervision.HealthUrl is not { } address) return null;
        var health = await HealthServer.StartAsync(
            address,
            () =>
            {
                var hasGivenUp = board.HasGivenUp || server?.Health.State == WorkerState.GivenUp;
                return new AgentStatus
                {
                    Status = hasGivenUp ? "unhealthy" : "healthy",
                    Reason = hasGivenUp ? "the restart limit is reached; a person has to look" : null,
                    Version = parts.Version,
                    Worker = server is null ? null : WorkerStatus.Of(server),
                    Notices = watch.Notices,
                    Jobs = board.Jobs.Count,
                    Online = board.IsOnline,
                };
            },
            () =>
            {
                server?.Allow();
                loop.Allow();
            },
            parts.StopRequested);
        listening?.Invoke(health.Address);
        return health;
    }
}
