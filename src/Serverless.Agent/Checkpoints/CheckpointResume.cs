using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Checkpoints;

/// <summary>
/// Finds what a program goes on from, before each of its starts: what this disk has and no other machine has overtaken, else the
/// newest whole checkpoint of the store.
/// </summary>
internal sealed class CheckpointResume(
    CheckpointOptions options, CheckpointFolder folder, CheckpointStore store, ICheckpointOwner owner, CheckpointSync sync,
    TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The path of what to go on from, or null when there is nothing yet. Asks a store that fails again.</summary>
    /// <exception cref="CheckpointsLostException">The store has checkpoints, and none of them is whole.</exception>
    /// <exception cref="SupersededException">The store is another machine's by now.</exception>
    /// <exception cref="IOException">The store did not answer for too long.</exception>
    public async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + options.StorePatience;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await FindAsync(cancellationToken);
            }
            catch (IOException exception) when (clock.GetUtcNow() + pause < until)
            {
                logger.StoreFailed("its checkpoints", exception.Message);
                await Task.Delay(pause, clock, cancellationToken);
            }
        }
    }

    private async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        // First: whoever had it before stores nothing from then on that would count as newer than what is found here.
        await owner.ClaimAsync(cancellationToken);
        var stored = await store.ListAsync(cancellationToken);
        var highest = stored.FirstOrDefault(number => number.IsComplete);
        if (LeftHere(highest) is { } left)
        {
            sync.Begin(null, highest.Number, unsent: left);
            logger.GoingOnFromDisk(left.Name);
            return folder.PathOf(left.Name);
        }

        foreach (var one in stored)
        {
            if (!one.IsComplete) logger.NotUsed(one.Number, "its upload was broken off before its manifest was written");
            else if (await TryAsync(one, cancellationToken) is { } manifest)
            {
                sync.Begin(manifest, highest.Number);
                return GoOn(manifest);
            }
        }

        if (highest.IsComplete) throw new CheckpointsLostException(stored.Count(number => number.IsComplete));
        sync.Begin(null, 0);
        logger.Beginning();
        return null;
    }

    private string GoOn(CheckpointManifest manifest)
    {
        logger.GoingOn(manifest.Number, manifest.Name, manifest.Step, manifest.Bytes);
        return folder.PathOf(manifest.Name);
    }

    /// <summary>
    /// The newest here that was never uploaded: of a machine that came back with its disk, or put there by a person. Only when no
    /// other machine has gone on since; and only what is sure to be complete, or lay there before anything was run.
    /// </summary>
    private LocalCheckpoint? LeftHere(StoredNumber highest)
    {
        var journal = CheckpointJournal.Open(folder);
        if (journal.Newest != (highest.Generation, highest.Number)) return null;
        var now = clock.GetUtcNow();
        return folder.Look().LastOrDefault(local => !journal.HasSeen(local) && FileStructure.Of(local) switch
        {
            Structure.Whole => true,
            Structure.Unknown => journal.IsNew && now - local.WrittenAt >= options.Settle,
            _ => false,
        });
    }

    private async Task<CheckpointManifest?> TryAsync(StoredNumber stored, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await store.ReadManifestAsync(stored, cancellationToken);
            var restore = new CheckpointRestore(store, folder);
            if (!await restore.IsThereAsync(manifest, cancellationToken)) await restore.RunAsync(manifest, cancellationToken);
            return manifest;
        }
        catch (CheckpointDamagedException exception)
        {
            logger.NotUsed(stored.Number, exception.Message);
            return null;
        }
    }
}

/// <summary>A store has checkpoints, and none of them can be used.</summary>
/// <param name="count">How many.</param>
public sealed class CheckpointsLostException(int count) : Exception(
    count == 1 ? "The only checkpoint in the store is damaged" : $"All {count} checkpoints in the store are damaged");
