using Serverless.Core.Alerts;
using Serverless.Core.Flashpoints;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Starts, cancels, retries and purges runs, on whatever engine and store there is.</summary>
public sealed class RunControl(DurableClient client, IObjectStore objects)
{
    /// <summary>
    /// Stores the flashpoints and schedules the run. The same id with the same list again is the same run: nothing is
    /// started. When this returns, the run survives any crash.
    /// </summary>
    /// <param name="input">The run; its manifest's members are taken from <paramref name="manifest"/>.</param>
    /// <param name="manifest">What <see cref="RunStore.MeasureAsync"/> said of the list.</param>
    /// <param name="flashpoints">The list; read only when the run is new.</param>
    /// <param name="cancellationToken">Gives up; a run that was scheduled stays so.</param>
    /// <param name="force">Runs all of it again when it has ended (decision 13).</param>
    /// <exception cref="RunConflictException">The id belongs to a run over another list, or the list is not the one that
    /// was measured, or what is to be forced has not ended.</exception>
    /// <exception cref="FlashpointFormatException">The list is not what it should be.</exception>
    public async Task<RunStart> StartAsync(
        RunInput input,
        ManifestInfo manifest,
        IAsyncEnumerable<Flashpoint> flashpoints,
        CancellationToken cancellationToken,
        bool force = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(manifest);
        input = input with { Flashpoints = manifest.Count, ManifestSha256 = manifest.Sha256 };
        if (await FindAsync(input.RunId, cancellationToken) is { } known)
            return force ? await ForceAsync(known, input, cancellationToken) : Same(known, input);
        await WriteManifestAsync(input.RunId, manifest, flashpoints, cancellationToken);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(Names.FanOut, input, NeverReplace(input.RunId), cancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return Same((await FindAsync(input.RunId, cancellationToken))!, input);
        }

        RunInstruments.RunStarted();
        return new RunStart(input, IsNew: true, OrchestrationRuntimeStatus.Pending);
    }

    /// <summary>Runs all of an ended run again, as further chunks of the same run: those before stop counting. One commit, so
    /// that a crash leaves either the run as it was, or one that goes on by itself.</summary>
    private async Task<RunStart> ForceAsync(RunStart known, RunInput input, CancellationToken cancellationToken)
    {
        RefuseOtherList(known, input);
        if (input.ForceKey is { } key && key == known.Input.ForceKey) return known;
        if (!known.Status.IsEnded()) throw NotEnded(known);
        await RefuseWhileStoppingAsync(input.RunId, cancellationToken);
        var plan = await new RunStore(objects, RunId.Parse(input.RunId)).ReadPlanAsync(cancellationToken);
        var generation = known.Input.Generation + 1;
        var again = input with
        {
            Generation = generation,
            ForcedGeneration = generation,
            FirstChunk = plan?.Chunks.Count ?? 0,
            Since = plan?.Chunks.Count ?? 0,
        };
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                Names.FanOut, again, new StartOrchestrationOptions { InstanceId = input.RunId }, cancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            throw NotEnded(known);
        }

        RunInstruments.RunStarted();
        return new RunStart(again, IsNew: true, OrchestrationRuntimeStatus.Pending);
    }

    private static RunConflictException NotEnded(RunStart known) => new(
        $"The run '{known.Input.RunId}' has not ended, so it cannot be forced to run again: cancel it first, or let it end.");

    /// <summary>The run as its instance knows it, or null when there is none of that id.</summary>
    public async Task<RunStart?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken) is not { } found) return null;
        var input = found.ReadInputAs(RunJson.Default.RunInput)
            ?? throw new RunStoreException($"The instance '{runId}' is no run.");
        return new RunStart(input, IsNew: false, found.RuntimeStatus);
    }

    /// <summary>Ends a run early: no chunk is begun any more, jobs are cancelled, what is there is aggregated.</summary>
    /// <returns>False when there is no such run, or it has ended.</returns>
    public async Task<bool> CancelAsync(string runId, CancellationToken cancellationToken)
    {
        if (!await RequestCancelAsync(runId, cancellationToken)) return false;
        await client.WaitForInstanceCompletionAsync(runId, getInputsAndOutputs: false, cancellationToken);
        return true;
    }

    /// <summary>Asks a run to end early, as <see cref="CancelAsync"/>, without waiting until it has.</summary>
    /// <returns>False when there is no such run, or it has ended.</returns>
    public Task<bool> RequestCancelAsync(string runId, CancellationToken cancellationToken) =>
        LiveParts.CancelAsync(client, runId, cancellationToken);

    /// <summary>Runs again what is null in the results of an ended run, as further chunks of the same run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="change">What to do otherwise this time (workers, attempts, backend); the list stays.</param>
    /// <param name="cancellationToken">Gives up before it is scheduled.</param>
    /// <exception cref="RunConflictException">The run is unknown, has not ended, failed, or nothing in it is null.
    /// </exception>
    public async Task<RunInput> RetryAsync(
        string runId, Func<RunInput, RunInput> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var known = await FindAsync(runId, cancellationToken)
            ?? throw new RunConflictException($"There is no run '{runId}'.");
        if (!known.Status.IsEnded())
            throw new RunConflictException($"The run '{runId}' has not ended: it is {known.Status}.");
        if (known.Status == OrchestrationRuntimeStatus.Failed)
            throw new RunConflictException($"The run '{runId}' failed before it had results: resume it first.");
        await RefuseWhileStoppingAsync(runId, cancellationToken);
        var store = new RunStore(objects, RunId.Parse(runId));
        var plan = await store.ReadPlanAsync(cancellationToken)
            ?? throw new RunConflictException($"The run '{runId}' was never planned; purge it and start it again.");
        if (plan.Since != known.Input.Since || !await store.AreResultsCurrentAsync(cancellationToken))
        {
            throw new RunConflictException(
                $"The run '{runId}' was forced to run again and ended before it had results: run it with --force once more.");
        }

        if ((await store.ReadFailedIndexesAsync(cancellationToken)).Count == 0)
            throw new RunConflictException($"Nothing in the results of run '{runId}' is null.");
        var input = change(known.Input) with
        {
            RunId = runId,
            Generation = known.Input.Generation + 1,
            FirstChunk = plan.Chunks.Count,
        };
        await client.ScheduleNewOrchestrationInstanceAsync(
            Names.FanOut, input, new StartOrchestrationOptions { InstanceId = runId }, cancellationToken);
        RunInstruments.RunStarted();
        return input;
    }

    /// <summary>Deletes an ended run: its history and all that it stored.</summary>
    /// <returns>How many instances were deleted; 0 when there is no such run.</returns>
    /// <exception cref="RunConflictException">It has not ended, or a chunk of it has not.</exception>
    public async Task<int> PurgeAsync(string runId, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(runId, cancellation: cancellationToken) is { } found && !found.RuntimeStatus.IsEnded())
            throw new RunConflictException($"The run '{runId}' has not ended: cancel it before purging it.");
        await RefuseWhileStoppingAsync(runId, cancellationToken);

        await new AlertRecords(client, objects).DeleteAsync(runId, cancellationToken);

        // The instance goes last: a crash in between leaves a run that can be purged again.
        await new RunStore(objects, RunId.Parse(runId)).DeleteAsync(cancellationToken);
        return await client.PurgeInstanceAsync(runId, recursive: true, cancellationToken);
    }

    private async Task WriteManifestAsync(
        string runId, ManifestInfo expected, IAsyncEnumerable<Flashpoint> flashpoints, CancellationToken cancellationToken)
    {
        var store = new RunStore(objects, RunId.Parse(runId));
        if (await store.WriteManifestAsync(flashpoints, cancellationToken) == expected) return;
        await store.DeleteAsync(cancellationToken);
        throw new RunConflictException("The flashpoints changed while they were read. Nothing was started.");
    }

    /// <summary>A run that was terminated has ended before its chunks have cancelled their jobs.</summary>
    private async Task RefuseWhileStoppingAsync(string runId, CancellationToken cancellationToken)
    {
        if (await LiveParts.AnyAsync(client, runId, cancellationToken))
            throw new RunConflictException($"Jobs of the run '{runId}' are still being cancelled: try again in a minute.");
    }

    private static RunStart Same(RunStart known, RunInput input)
    {
        RefuseOtherList(known, input);
        if (known.Input.RequestSha256 is { } request && input.RequestSha256 is { } other && request != other)
        {
            throw new RunConflictException(
                $"The run '{input.RunId}' is already there, over the same list, but was asked for with another date, trigger, " +
                "cleanup, workers or options. Choose another run id.");
        }

        return known;
    }

    private static void RefuseOtherList(RunStart known, RunInput input)
    {
        if (known.Input.ManifestSha256 != input.ManifestSha256)
        {
            throw new RunConflictException(
                $"The run '{input.RunId}' is already there, over another list ({known.Input.Flashpoints} flashpoints, " +
                $"SHA-256 {known.Input.ManifestSha256[..12]}…; yours has {input.Flashpoints}, " +
                $"{input.ManifestSha256[..12]}…). Choose another run id.");
        }
    }

    private static StartOrchestrationOptions NeverReplace(string runId) => new()
    {
        InstanceId = runId,
        DedupeStatuses = Enum.GetValues<OrchestrationRuntimeStatus>(),
    };
}

/// <summary>A run that was asked for.</summary>
/// <param name="Input">What it was started with.</param>
/// <param name="IsNew">False when it was already there.</param>
/// <param name="Status">Where its instance stood.</param>
public sealed record RunStart(RunInput Input, bool IsNew, OrchestrationRuntimeStatus Status);

/// <summary>What was asked does not go together with what is there. The message says why, for a person.</summary>
public sealed class RunConflictException(string message) : Exception(message);
