using System.Globalization;
using Serverless.Agent.Alerting;
using Serverless.Agent.Checkpoints;
using Serverless.Agent.Processes;
using Serverless.Agent.Supervision;
using Serverless.Core;

namespace Serverless.Agent.Exec;

/// <summary>What comes of a command, and what people are told of it: where there is no coordinator, nobody else tells them.</summary>
internal sealed class ExecNews : IDisposable
{
    private readonly ExecOptions _options;
    private readonly AgentAlerts? _alerts;
    private readonly Watchdog _watchdog;
    private readonly CheckpointSync _sync;
    private readonly StopOrder _stop;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenRegistration _noticed;

    /// <param name="options">The command.</param>
    /// <param name="alerts">Tells people; null: nobody is told.</param>
    /// <param name="watchdog">Keeps it alive.</param>
    /// <param name="sync">Its checkpoints.</param>
    /// <param name="stop">When the end is wanted.</param>
    /// <param name="clock">The clock.</param>
    public ExecNews(
        ExecOptions options, AgentAlerts? alerts, Watchdog watchdog, CheckpointSync sync, StopOrder stop, TimeProvider clock)
    {
        (_options, _alerts, _watchdog, _sync, _stop, _clock) = (options, alerts, watchdog, sync, stop, clock);
        _noticed = stop.Given.Register(OnStop);
    }

    /// <summary>Runs the command to its end.</summary>
    public async Task<ExecOutcome> TellAsync(Func<Task<WorkerEnd?>> run)
    {
        var startedAt = _clock.GetTimestamp();
        try
        {
            var end = await run();
            if (end is { IsGood: true, Reason: EndReason.Exited })
            {
                _alerts?.Completed(InWords(_clock.GetElapsedTime(startedAt)));
                return ExecOutcome.Done;
            }

            if (_stop.Given.IsCancellationRequested) return ExecOutcome.Stopped;
            Failed($"{end?.InWords ?? "The worker could not be started again"}, and is not started again");
            return ExecOutcome.Failed;
        }
        catch (Exception exception)
            when (exception is CheckpointsLostException or WorkerStartException or IOException or UnauthorizedAccessException)
        {
            Failed(exception.Message);
            throw;
        }
    }

    public void Dispose() => _noticed.Dispose();

    private void OnStop()
    {
        if (_stop.Notice is { } notice) _alerts?.Interrupted(notice);
    }

    private void Failed(string reason)
    {
        if (_watchdog.Restarts.WasQuiet) _alerts?.Recovered();
        _alerts?.Failed(reason);
    }

    /// <summary>Such as <c>python took 2h 05m here, with 1 restart; newest checkpoint: step_100.pt</c>. The command's arguments stay
    /// here: they may hold secrets.</summary>
    private string InWords(TimeSpan took)
    {
        var restarts = _watchdog.Restarts.Total switch
        {
            0 => "",
            1 => ", with 1 restart",
            var count => string.Create(CultureInfo.InvariantCulture, $", with {count:N0} restarts"),
        };
        var newest = _sync.Newest is { } checkpoint ? $"; newest checkpoint: {checkpoint.Name}" : "";
        return $"{Path.GetFileName(_options.Command[0])} took {TimeText.Show(took)} here{restarts}{newest}";
    }
}
