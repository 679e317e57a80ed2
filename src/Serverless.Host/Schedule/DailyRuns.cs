using System.Diagnostics;
using System.Globalization;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Host.Runs;
using Serverless.Host.Sources;

namespace Serverless.Host.Schedule;

/// <summary>Starts the run of a day.</summary>
public interface IDailyRuns
{
    /// <summary>Starts the day's run unless there is one; then nothing is read.</summary>
    /// <returns>Whether it was started now.</returns>
    Task<DailyStart> StartAsync(DateOnly date, string trigger, CancellationToken cancellationToken);
}

/// <summary>Starts the run of a day over what FLASHPOINT_SOURCE gives.</summary>
internal sealed class DailyRuns(HostParts parts, RunStarter starter, IFlashpointSource source)
    : IDailyRuns, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    public static string IdOf(DateOnly date) => $"etl-{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";

    public async Task<DailyStart> StartAsync(DateOnly date, string trigger, CancellationToken cancellationToken)
    {
        // One at a time: a second trigger finds the run that the first one made, and does not read the source.
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var run = new NewRun
            {
                Date = date,
                Trigger = trigger,
                RunId = RunId.Parse(IdOf(date)),
                TraceParent = Activity.Current?.Id,
            };
            return new DailyStart(IdOf(date), await StartAsync(run, cancellationToken));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<DailyResult> StartAsync(NewRun run, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(run, cancellationToken)) return DailyResult.AlreadyThere;
        await using var spool = await SourceSpool.FillAsync(source, run.Date, cancellationToken);
        try
        {
            var start = await starter.StartAsync(run, spool.ReadAsync, cancellationToken);
            return start.IsNew ? DailyResult.Started : DailyResult.AlreadyThere;
        }
        catch (RunConflictException)
        {
            // Somebody may have started it meanwhile, over a list of their own.
            if (await IsThereAsync(run, cancellationToken)) return DailyResult.AlreadyThere;
            throw;
        }
    }

    private async Task<bool> IsThereAsync(NewRun run, CancellationToken cancellationToken) =>
        await parts.Control.FindAsync(run.RunId!.Value.Value, cancellationToken) is not null;
}
