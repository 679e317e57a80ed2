using Serverless.Agent.Alerting;
using Serverless.Agent.Checkpoints;
using Serverless.Agent.Health;
using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;
using Serverless.Core.Storage;

namespace Serverless.Agent.Exec;

/// <summary>Runs a command to its end, through crashes here and on from machine to machine.</summary>
public static class AgentExec
{
    /// <summary>Runs it.</summary>
    /// <param name="options">What, and how.</param>
    /// <param name="objects">Where its checkpoints are kept.</param>
    /// <param name="parts">What the agent is given.</param>
    /// <param name="listening">Called with the address of <c>/health</c>, if that is served.</param>
    /// <exception cref="CheckpointsLostException">The store has checkpoints, and none of them is whole.</exception>
    /// <exception cref="WorkerStartException">The command could not be started at all.</exception>
    /// <exception cref="IOException">The store did not answer for too long.</exception>
    public static async Task<ExecOutcome> RunAsync(
        ExecOptions options, IObjectStore objects, AgentParts parts, Action<Uri>? listening = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.AdoptsOrphans) NativeProcesses.BecomeSubreaper();
        var logger = parts.Loggers.CreateLogger("Serverless.Agent.Exec");
        var folder = new CheckpointFolder(options.Checkpoints.Folder);
        var left = new LeftWorker(folder.PathOf(".fanout-worker"));
        if (left.Kill() is { } killed) logger.KilledLeft(killed);
        var store = new CheckpointStore(objects);
        using var owner = new StoreOwner(objects, parts.PodName, parts.NewId(), parts.Clock, logger);
        using var sync = new CheckpointSync(options.Checkpoints, folder, store, owner, parts.Clock, logger);
        var resume = new CheckpointResume(options.Checkpoints, folder, store, owner, sync, parts.Clock, logger);
        await using var watch = new AgentWatch(parts);
        await using var alerts = AgentAlerts.Begin(parts.PodName, parts, watch.Stop);
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var watchdog = WatchdogParts.Create(options.Supervision, http, alerts, parts, logger);
        using var news = new ExecNews(options, alerts, watchdog, sync, watch.Stop, parts.Clock);
        await using var health = await StartHealthAsync(options, parts, watchdog, sync, watch, listening);
        watch.Start(options.Supervision, token => sync.LookAsync(isUrgent: true, token));
        using var program = new ExecProgram(options, resume, sync, left, watch.Stop);
        var outcome = await news.TellAsync(() => RunOwningAsync(owner, watch.Stop, () => watchdog.RunAsync(program, watch.Stop)));
        if (owner.Superseded.IsCancellationRequested) return ExecOutcome.Superseded;
        if (outcome != ExecOutcome.Stopped) return outcome;
        if (alerts is not null) await alerts.DisposeAsync();
        await watch.AcknowledgeAsync();
        return outcome;
    }

    /// <summary>Runs as long as the store is ours; an end that comes later is the other machine's to tell of.</summary>
    private static async Task<WorkerEnd?> RunOwningAsync(StoreOwner owner, StopOrder stop, Func<Task<WorkerEnd?>> runAsync)
    {
        using var ended = new CancellationTokenSource();
        using var stopping = owner.Superseded.Register(stop.Give);
        var watching = owner.WatchAsync(ended.Token);
        try
        {
            var end = await runAsync();
            return owner.Superseded.IsCancellationRequested ? null : end;
        }
        catch (SupersededException)
        {
            // It was said.
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<HealthServer?> StartHealthAsync(
        ExecOptions options, AgentParts parts, Watchdog watchdog, CheckpointSync sync, AgentWatch watch, Action<Uri>? listening)
    {
        if (options.Supervision.HealthUrl is not { } address) return null;
        var server = await HealthServer.StartAsync(
            address,
            () => new AgentStatus
            {
                Status = watchdog.Health.State == WorkerState.GivenUp ? "unhealthy" : "healthy",
                Reason = watchdog.Health.State == WorkerState.GivenUp ? "the restart limit is reached; a person has to look" : null,
                Version = parts.Version,
                Worker = WorkerStatus.Of(watchdog),
                Checkpoint = CheckpointStatus.Of(sync.Newest),
                Notices = watch.Notices,
            },
            watchdog.Allow,
            parts.StopRequested);
        listening?.Invoke(server.Address);
        return server;
    }
}
