using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Serverless.Host.Schedule;

/// <summary>Starts the run of a day when a platform's own timer says that it is due. Whoever asks keeps the time, and asks
/// again after a failure.</summary>
public sealed partial class DueRun
{
    /// <summary>A timer may be that early by another clock.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    private readonly DailyPlan _plan;
    private readonly ScheduleBook _book;
    private readonly HostParts _parts;
    private readonly ILogger _log;

    internal DueRun(DailyPlan plan, ScheduleBook book, HostParts parts, ILogger<DueRun> log) =>
        (_plan, _book, _parts, _log) = (plan, book, parts, log);

    /// <summary>Starts the run of the day that is due last, unless there is one; then nothing is read.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when there are no timed runs.</returns>
    /// <exception cref="Exception">It could not be started: the same as the daily timer tries again after.</exception>
    public async Task<DailyStart?> StartAsync(CancellationToken cancellationToken)
    {
        if (_plan.Runs is not { } runs)
        {
            LogNothing(DailyPlan.NoSource);
            return null;
        }

        var now = _parts.Time.GetUtcNow();
        var due = _plan.Schedule.Latest(now - HostLimits.MaxCatchUp, now + Early) ?? now;
        var date = _plan.Schedule.DateOf(due);
        using var span = HostDiagnostics.BeginDailyRun(DailyRuns.IdOf(date), tries: 1);
        try
        {
            var start = await runs.StartAsync(date, DailyTimer.Trigger, cancellationToken);
            LogStarted(start.RunId, start.Result);
            await RememberAsync(new LastRun(due, now, start.RunId, start.Result, null));
            return start;
        }
        catch (Exception e) when (DailyErrors.IsExpected(e))
        {
            span?.SetStatus(ActivityStatusCode.Error);
            await RememberAsync(new LastRun(due, now, DailyRuns.IdOf(date), DailyResult.Failed, e.Message));
            throw;
        }
    }

    private Task<ScheduleState> RememberAsync(LastRun last) =>
        _book.UpdateAsync(state => state with { Last = last }, CancellationToken.None);

    [LoggerMessage(1, LogLevel.Information, "{Reason}")]
    private partial void LogNothing(string reason);

    [LoggerMessage(2, LogLevel.Information, "Daily run {RunId}: {Result}")]
    private partial void LogStarted(string runId, DailyResult result);
}
