using System.Globalization;
using Serverless.Core.Runs;

namespace Serverless.Core.Alerts;

/// <summary>What people are told of the end of a run.</summary>
internal static class RunAlerts
{
    /// <summary>Of a run that has results.</summary>
    public static Alert Of(RunInput run, RunSummary summary, DateTimeOffset at) => Of(
        run,
        new AlertRun
        {
            RunId = run.RunId,
            Date = run.Date,
            State = summary.Cancelled ? RunState.Cancelled : RunState.Completed,
            Flashpoints = summary.Flashpoints,
            Done = summary.Flashpoints - summary.Failed,
            DurationSec = summary.DurationSec,
            Gpu = summary.Gpu,
            Cost = summary.Cost,
            WastedCost = summary.WastedCost,
        },
        summary.StoppedBecause,
        run.Generation.ToString(CultureInfo.InvariantCulture),
        at);

    /// <summary>Of a run that ended without results: it failed, or was terminated. One that failed may be let go on, and fail
    /// again: the instant tells the two apart.</summary>
    public static Alert Of(RunInput run, RunSnapshot ended) => Of(
        run,
        new AlertRun
        {
            RunId = run.RunId,
            Date = run.Date,
            State = ended.State,
            Flashpoints = run.Flashpoints,
            Done = ended.Done,
            DurationSec = Math.Round((ended.UpdatedAt - ended.CreatedAt).TotalSeconds, 3),
            Gpu = ended.Gpu,
            Cost = ended.Cost,
            WastedCost = ended.WastedCost,
        },
        ended.Error ?? ended.StoppedBecause,
        string.Create(CultureInfo.InvariantCulture, $"{run.Generation}-{ended.UpdatedAt.UtcDateTime:yyyyMMdd'T'HHmmss.fff}"),
        ended.UpdatedAt);

    private static Alert Of(RunInput run, AlertRun end, string? reason, string occurrence, DateTimeOffset at) => new()
    {
        Event = end is { State: RunState.Completed, Null: 0 } ? AlertEvent.Completed : AlertEvent.Failed,
        Subject = run.RunId,
        Occurrence = occurrence,
        At = at,
        Title = TitleOf(end),
        Reason = reason,
        Run = end,
    };

    private static string TitleOf(AlertRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"Run {run.RunId} {run.State.ToString().ToLowerInvariant()}: {run.Done:N0} of {run.Flashpoints:N0} flashpoints, "
        + $"{run.Null:N0} null");
}
