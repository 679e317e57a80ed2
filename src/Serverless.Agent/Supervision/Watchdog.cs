using Microsoft.Extensions.Logging;
using Serverless.Agent.Alerting;
using Serverless.Agent.Processes;
using Serverless.Protocol;

namespace Serverless.Agent.Supervision;

/// <summary>
/// Keeps a worker alive: looks whether it is, ends it with all that it started when it is not, and starts it again, with growing
/// pauses and not too often. After that it waits for a person.
/// </summary>
/// <param name="options">When, and how often.</param>
/// <param name="processes">Starts workers.</param>
/// <param name="sign">How it is seen that one lives; null: by its process alone.</param>
/// <param name="alerts">Tells people; null: nobody is told.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Takes what is said.</param>
internal sealed class Watchdog(
    WatchdogOptions options, IWorkerProcesses processes, IVitalSign? sign, IAlerts? alerts, TimeProvider clock, ILogger logger)
{
    private readonly RestartBudget _budget = new(options.MaxRestartsPerHour, options.FirstPause, clock);
    private TaskCompletionSource _person = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _diedAt;
    private RestartLimit? _limit;
    private bool _hasStarted;

    /// <summary>Where the worker stands.</summary>
    public WorkerHealth Health { get; private set; } = new();

    /// <summary>Why it waits for a person; null when it does not.</summary>
    public RestartLimit? Limit => Health.State == WorkerState.GivenUp ? _limit : null;

    /// <summary>Its restarts.</summary>
    public RestartBudget Restarts => _budget;

    /// <summary>A person has looked: the worker may be started again.</summary>
    public void Allow()
    {
        _budget.Reset();
        _person.TrySetResult();
    }

    /// <summary>Runs a program until its work is done or its end is wanted.</summary>
    /// <returns>How the last worker ended; null when the end was wanted while none ran.</returns>
    /// <exception cref="WorkerStartException">It could not be started the first time: a mistake, not an accident.</exception>
    public async Task<WorkerEnd?> RunAsync(IWorkerProgram program, StopOrder stop)
    {
        while (true)
        {
            var end = await RunOnceAsync(program, stop);
            if (end is { } ended && (await program.EndedAsync(ended) || ended.Reason == EndReason.Stopped))
            {
                Health = Health with { State = WorkerState.Ended };
                return end;
            }

            if (options.MaxRestartsPerHour == 0) return end;
            if (stop.Given.IsCancellationRequested || !await MayStartAgainAsync(end, stop.Given)) return null;
        }
    }

    /// <summary>Starts a worker and stays with it to its end; null when it could not be started.</summary>
    private async Task<WorkerEnd?> RunOnceAsync(IWorkerProgram program, StopOrder stop)
    {
        try
        {
            using var worker = processes.Start(await program.PrepareAsync(stop.Given));
            Health = Health with { State = WorkerState.Starting, ProcessId = worker.Id, LastSignAt = null };
            _hasStarted = true;
            logger.Started(worker.Id);
            program.Started(worker);
            var end = await WatchAsync(worker, stop);
            Health = Health with { ProcessId = null, LastExitCode = end.ExitCode };
            Reap();
            return end;
        }
        catch (WorkerStartException exception) when (_hasStarted)
        {
            logger.NotStarted(exception.Message);
            return null;
        }
        catch (OperationCanceledException) when (stop.Given.IsCancellationRequested)
        {
            return null; // While it was prepared.
        }
    }

    private async Task<WorkerEnd> WatchAsync(IWorkerProcess worker, StopOrder stop)
    {
        var startedAt = clock.GetUtcNow();
        while (true)
        {
            if (await EndsWithinAsync(options.CheckInterval, worker, stop.Given)) return await LeftBehindAsync(worker);
            if (stop.Given.IsCancellationRequested)
            {
                logger.Asked((stop.Deadline - clock.GetUtcNow() ?? StopOrder.LongestGrace).TotalSeconds);
                return new WorkerEnd(EndReason.Stopped, await worker.StopAsync(clock, stop.GraceOver));
            }

            Reap();
            if (await CheckAsync(worker, startedAt, stop.Given) is not { } problem) continue;
            logger.Unhealthy(problem);
            using var graceOver = new CancellationTokenSource(options.Grace, clock);
            return new WorkerEnd(EndReason.Hung, await worker.StopAsync(clock, graceOver.Token));
        }
    }

    /// <summary>Whether it ends before the time is over, or the end is wanted.</summary>
    private async Task<bool> EndsWithinAsync(TimeSpan time, IWorkerProcess worker, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(worker.Ended, Task.Delay(time, clock, ended.Token));
        await ended.CancelAsync();
        return worker.Ended.IsCompleted;
    }

    /// <summary>It has ended by itself; what it started may not have.</summary>
    private async Task<WorkerEnd> LeftBehindAsync(IWorkerProcess worker)
    {
        using var graceOver = new CancellationTokenSource(options.Grace, clock);
        var code = await worker.StopAsync(clock, graceOver.Token);
        if (code == 0) logger.EndedWell(code);
        else logger.Unhealthy($"ended with exit code {code}");
        return new WorkerEnd(EndReason.Exited, code);
    }

    /// <summary>What is wrong with it, or null.</summary>
    private async Task<string?> CheckAsync(IWorkerProcess worker, DateTimeOffset startedAt, CancellationToken stop)
    {
        if (worker.IsZombie)
        {
            // So is each that has just ended, for the moment until its exit code is known.
            return await EndsWithinAsync(options.Grace, worker, stop) || stop.IsCancellationRequested ? null : "a zombie";
        }

        var now = clock.GetUtcNow();
        if (sign is null)
        {
            if (now - startedAt >= options.DeadAfter) MarkAlive(now);
            return null;
        }

        try
        {
            // A file may be left of the worker before, or be ahead of this clock.
            var seen = await sign.LookAsync(worker, stop);
            if (seen > startedAt && (Health.LastSignAt is null || seen > Health.LastSignAt)) MarkAlive(seen.Value < now ? seen.Value : now);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }

        var age = clock.GetUtcNow() - (Health.LastSignAt ?? startedAt);
        var allowed = Health.LastSignAt is null ? options.StartupTime : options.DeadAfter;
        if (age >= allowed) return $"no {sign.Name} for {age.TotalSeconds:0}s";
        if (Health.LastSignAt is not null) logger.Healthy(sign.Name, age.TotalSeconds);
        return null;
    }

    private void MarkAlive(DateTimeOffset seen)
    {
        Health = Health with { State = WorkerState.Healthy, LastSignAt = seen };
        if (_diedAt is not { } diedAt) return;
        var took = seen - diedAt;
        _diedAt = null;
        Health = Health with { Recoveries = Health.Recoveries + 1 };
        AgentInstruments.Recovered(took);
        logger.Recovered(took.TotalSeconds);
    }

    private async Task<bool> MayStartAgainAsync(WorkerEnd? end, CancellationToken stop)
    {
        if (_budget.WasQuiet) alerts?.Recovered();
        _diedAt ??= clock.GetUtcNow();
        try
        {
            while (true)
            {
                if (_budget.TryTake() is { } pause)
                {
                    Health = Health with { State = WorkerState.Restarting };
                    AgentInstruments.Restarted(end?.Reason ?? EndReason.Exited);
                    logger.StartingAgain(pause.TotalSeconds, _budget.Recent.Count, options.MaxRestartsPerHour);
                    await Task.Delay(pause, clock, stop);
                    return true;
                }

                await WaitForAPersonAsync(end, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WaitForAPersonAsync(WorkerEnd? end, CancellationToken stop)
    {
        var text = $"Restart limit reached: the worker died again after {options.MaxRestartsPerHour} restarts within an hour. "
            + "It is not started again until a person says so";
        _limit = new RestartLimit
        {
            Restarts = _budget.Recent.Count,
            Reason = end?.InWords ?? "The worker could not be started",
        };
        _person = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Health = Health with { State = WorkerState.GivenUp }; // From now on a person may answer.
        AgentInstruments.RestartRefused();
        alerts?.GaveUp(_limit.Restarts, _limit.Reason);
        logger.GivenUp(text);
        await _person.Task.WaitAsync(stop);
        alerts?.Recovered();
        logger.Allowed();
    }

    private void Reap()
    {
        var count = processes.ReapZombies();
        if (count == 0) return;
        AgentInstruments.Reaped(count);
        logger.Reaped(count);
    }
}
