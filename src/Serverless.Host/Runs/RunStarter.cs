using System.Diagnostics;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Host.Work;

namespace Serverless.Host.Runs;

/// <summary>Starts runs for all who ask for them: HTTP callers and the timer. There is one of it in a process.</summary>
public sealed class RunStarter(HostParts parts)
{
    /// <summary>Two who start the same run at once would write its manifest into each other's way; the id decides which of
    /// these they pass through.</summary>
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Measures the list, makes the place ready where its jobs run, and starts the run. When this returns, the run
    /// survives any crash.</summary>
    /// <param name="run">The run.</param>
    /// <param name="read">Reads the list from its beginning; called twice, or once when the run is there already.</param>
    /// <param name="cancellationToken">Gives up; a run that was scheduled stays so.</param>
    /// <param name="gate">Lets new runs through; null lets all.</param>
    /// <exception cref="FlashpointFormatException">The list is not what it should be.</exception>
    /// <exception cref="RunConflictException">The id belongs to another run.</exception>
    /// <exception cref="Core.Jobs.JobBackendException">Jobs cannot be run with these settings.</exception>
    public async Task<RunStart> StartAsync(
        NewRun run,
        Func<CancellationToken, IAsyncEnumerable<Flashpoint>> read,
        CancellationToken cancellationToken,
        LiveRunGate? gate = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(read);
        var manifest = await RunStore.MeasureAsync(read(cancellationToken), cancellationToken);
        var input = run.ToInput(manifest, parts.Settings, parts.Backends);

        // A run that is there already takes no room.
        if (run.Force || await parts.Control.FindAsync(input.RunId, cancellationToken) is null)
        {
            await PodPresence.RequireAsync(parts, input.Backend, run.MayWaitForPods);
            if (gate is not null) await gate.PassAsync(cancellationToken);
        }

        // Before it is scheduled, since its first job may be submitted at once.
        await parts.Backends.MakeReadyAsync(input.Backend, input.Workers, cancellationToken);
        return await AloneAsync(
            input.RunId,
            () => parts.Control.StartAsync(input, manifest, read(cancellationToken), cancellationToken, run.Force),
            cancellationToken);
    }

    /// <summary>Runs again what is null in the results of an ended run.</summary>
    /// <exception cref="RunConflictException">The run has not ended, failed, or nothing in it is null.</exception>
    /// <exception cref="Core.Jobs.JobBackendException">Jobs cannot be run with these settings.</exception>
    public async Task<RunInput> RetryAsync(string runId, bool mayWaitForPods, CancellationToken cancellationToken)
    {
        var known = await parts.Control.FindAsync(runId, cancellationToken);
        var address = NewRun.AddressOf(known?.Input.BackendKind, parts.Backends);
        await PodPresence.RequireAsync(parts, address, mayWaitForPods);
        await parts.Backends.MakeReadyAsync(
            address, parts.Settings.Workers ?? known?.Input.Workers ?? FanOutSettings.DefaultWorkers, cancellationToken);
        return await AloneAsync(
            runId,
            () => parts.Control.RetryAsync(
                runId,
                input => NewRun.WithSettings(input, parts.Settings, parts.Backends) with
                {
                    TraceParent = Activity.Current?.Id ?? input.TraceParent,
                },
                cancellationToken),
            cancellationToken);
    }

    /// <summary>Deletes an ended run, unless somebody is just starting it again.</summary>
    /// <exception cref="RunConflictException">It has not ended.</exception>
    public Task<int> PurgeAsync(string runId, CancellationToken cancellationToken) =>
        AloneAsync(runId, () => parts.Control.PurgeAsync(runId, cancellationToken), cancellationToken);

    private async Task<T> AloneAsync<T>(string runId, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var gate = _gates[(uint)StringComparer.Ordinal.GetHashCode(runId) % _gates.Length];
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }
}
