using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Host.Schedule;

/// <summary>
/// Starts each day's run when it is due. It goes by the clock alone and looks at it again and again: what has become due
/// since the last look is started, be it that a minute went by, that the clock was set, that the machine slept, or that the
/// process was down.
/// </summary>
internal sealed partial class DailyTimer(
    DailySchedule schedule, IDailyRuns runs, ScheduleBook book, TimeProvider time, ILogger<DailyTimer> log) : BackgroundService
{
    public const string Trigger = "timer";

    private DateTimeOffset? _lookedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogSchedule(schedule.Expression, schedule.Zone.Id, schedule.Next(time.GetUtcNow()));
        while (!stoppingToken.IsCancellationRequested)
        {
            var nap = HostLimits.MaxScheduleNap;
            try
            {
                nap = await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // The state could not be read or written. Whatever it is, tomorrow's run must not be lost for it.
                LogLookFailed(e);
            }

            await Task.Delay(nap, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Starts what is due.</summary>
    /// <returns>How long to wait before the next look.</returns>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = await BeginAsync(now, cancellationToken);
        if (state.Pending is null && Due(now) is { } due)
        {
            if (now - due > HostLimits.MaxScheduleNap) LogCatchingUp(DailyRuns.IdOf(schedule.DateOf(due)), due);
            state = await book.UpdateAsync(s => s with { Pending = new PendingRun(due, now, 0, now, null) }, cancellationToken);
        }

        if (state.Pending is not { } pending) _lookedAt = now;
        else if (now - pending.ScheduledFor > HostLimits.MaxCatchUp) state = await GiveUpAsync(pending, cancellationToken);
        else if (IsTimeFor(pending, now)) state = await TryAsync(pending, cancellationToken);
        return Nap(state, time.GetUtcNow());
    }

    /// <summary>Where the look begins: at the last one, or now, when there was none or it was of another schedule.</summary>
    private async Task<ScheduleState> BeginAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await book.ReadAsync(cancellationToken);
        if (state.Expression == schedule.Expression && state.TimeZone == schedule.Zone.Id && state.LookedAt is { } last)
        {
            _lookedAt ??= last;
            return state;
        }

        _lookedAt = now;
        return await book.UpdateAsync(
            s => new ScheduleState { Expression = schedule.Expression, TimeZone = schedule.Zone.Id, LookedAt = now, Last = s.Last },
            cancellationToken);
    }

    /// <summary>The last instant that has become due since the last look. Those before it are of its day, or too late.
    /// </summary>
    private DateTimeOffset? Due(DateTimeOffset now)
    {
        var from = now - HostLimits.MaxCatchUp;
        return schedule.Latest(_lookedAt > from ? _lookedAt.Value : from, now);
    }

    private async Task<ScheduleState> TryAsync(PendingRun pending, CancellationToken cancellationToken)
    {
        var date = schedule.DateOf(pending.ScheduledFor);
        var tries = pending.Tries + 1;
        var (result, error) = await StartAsync(date, tries, cancellationToken);
        if (result == DailyResult.Failed && tries <= HostLimits.SourceRetryWaits.Count)
        {
            var nextTryAt = time.GetUtcNow() + HostLimits.SourceRetryWaits[tries - 1];
            LogTryFailed(DailyRuns.IdOf(date), tries, error, nextTryAt);
            return await book.UpdateAsync(
                s => s with { Pending = pending with { Tries = tries, NextTryAt = nextTryAt, Error = error } }, cancellationToken);
        }

        if (result == DailyResult.Failed) LogFailed(DailyRuns.IdOf(date), tries, error);
        else LogStarted(DailyRuns.IdOf(date), result);
        return await EndAsync(pending, result, error, cancellationToken);
    }

    private Task<ScheduleState> GiveUpAsync(PendingRun pending, CancellationToken cancellationToken)
    {
        var error = $"More than a day late, after {pending.Tries} tries; the last one: {pending.Error ?? "cut off"}";
        LogFailed(DailyRuns.IdOf(schedule.DateOf(pending.ScheduledFor)), pending.Tries, error);
        return EndAsync(pending, DailyResult.Failed, error, cancellationToken);
    }

    private async Task<ScheduleState> EndAsync(
        PendingRun pending, DailyResult result, string? error, CancellationToken cancellationToken)
    {
        var runId = DailyRuns.IdOf(schedule.DateOf(pending.ScheduledFor));
        var last = new LastRun(pending.ScheduledFor, pending.StartedAt, runId, result, error);
        var state = await book.UpdateAsync(
            s => s with { Pending = null, LookedAt = pending.ScheduledFor, Last = last }, cancellationToken);

        // What became due while this one was tried comes with the next look.
        _lookedAt = pending.ScheduledFor;
        return state;
    }

    private async Task<(DailyResult Result, string? Error)> StartAsync(DateOnly date, int tries, CancellationToken cancellationToken)
    {
        using var span = HostDiagnostics.BeginDailyRun(DailyRuns.IdOf(date), tries);
        try
        {
            return ((await runs.StartAsync(date, Trigger, cancellationToken)).Result, null);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            if (DailyErrors.IsExpected(e)) return (DailyResult.Failed, e.Message);
            LogUnexpected(e, DailyRuns.IdOf(date), tries);
            return (DailyResult.Failed, $"Something went wrong here ({e.GetType().Name}); the log says what.");
        }
    }

    /// <summary>A clock that was set back must not make the next try wait for longer than was meant.</summary>
    private static bool IsTimeFor(PendingRun pending, DateTimeOffset now) =>
        pending.NextTryAt <= now || pending.NextTryAt - now > HostLimits.SourceRetryWaits[^1];

    private TimeSpan Nap(ScheduleState state, DateTimeOffset now)
    {
        var until = state.Pending?.NextTryAt ?? schedule.Next(_lookedAt ?? now);
        if (until is null || until - now > HostLimits.MaxScheduleNap) return HostLimits.MaxScheduleNap;
        return until > now ? until.Value - now : TimeSpan.Zero;
    }
}
