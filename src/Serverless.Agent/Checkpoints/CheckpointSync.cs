using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Checkpoints;

/// <summary>Uploads what a running program saves: the newest checkpoint that has stopped changing, and only that.</summary>
internal sealed class CheckpointSync(
    CheckpointOptions options, CheckpointFolder folder, CheckpointStore store, ICheckpointOwner owner, TimeProvider clock, ILogger logger)
    : IDisposable
{
    private readonly Dictionary<string, Sighting> _sightings = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private CheckpointJournal _journal = CheckpointJournal.Open(folder);
    private DateTimeOffset? _uploadedAt;
    private long _knownNumber;

    /// <summary>The newest checkpoint in the store that this process put or got.</summary>
    public CheckpointManifest? Newest { get; private set; }

    /// <summary>From here on this one is the newest, and everything that lies in the folder was dealt with.</summary>
    /// <param name="newest">Null when there is none.</param>
    /// <param name="highestNumber">The highest number that was ever given.</param>
    /// <param name="unsent">What lies in the folder and is still to be uploaded.</param>
    public void Begin(CheckpointManifest? newest, long highestNumber, LocalCheckpoint? unsent = null)
    {
        Newest = newest;
        _knownNumber = highestNumber;
        _journal = CheckpointJournal.Open(folder);
        var all = folder.Look().Where(local => local.Name != unsent?.Name).ToList();
        if (newest is not null && all.FirstOrDefault(local => local.Name == newest.Name) is { } local) _journal.Take(newest, local);
        _journal.MarkSeen(all);
        _sightings.Clear();
    }

    /// <summary>Looks and uploads until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.LookInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await LookAsync(isUrgent: false, cancellationToken);
    }

    /// <summary>Looks once. What the store does not take now is tried at the next look.</summary>
    /// <param name="isUrgent">Whether the interval between uploads does not count.</param>
    /// <param name="cancellationToken">Breaks the upload off.</param>
    public async Task LookAsync(bool isUrgent, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await GuardAsync(async () =>
            {
                var settled = folder.Look().Where(local => !_journal.HasSeen(local)).Where(HasSettled).ToList();
                var isDue = isUrgent || _uploadedAt is null || clock.GetUtcNow() - _uploadedAt >= options.UploadInterval;
                if (isDue) await UploadNewestAsync(settled, cancellationToken);
            });
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The program has ended: uploads the newest it has left.</summary>
    /// <param name="isTrusted">Whether it ended well. Else what it was writing when it died is left out, unless its form shows
    /// that it is complete.</param>
    /// <param name="cancellationToken">There is no more time.</param>
    public async Task FlushAsync(bool isTrusted, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            await GuardAsync(async () =>
            {
                var endedAt = clock.GetUtcNow();
                var left = folder.Look().Where(local => !_journal.HasSeen(local)).ToList();
                var usable = left.Where(local => isTrusted || IsComplete(local, endedAt)).ToList();
                await UploadNewestAsync(usable, cancellationToken);
                _journal.MarkSeen(left.Except(usable));
            });
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <summary>What goes wrong on this disk, such as that the program takes a checkpoint away under our eyes, must not end the
    /// program's life: it is looked at again.</summary>
    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LookFailed(folder.FullPath, exception.Message);
        }
    }

    private bool HasSettled(LocalCheckpoint local)
    {
        var now = clock.GetUtcNow();
        if (!_sightings.TryGetValue(local.Name, out var sighting) || sighting.Signature != local.Signature)
        {
            _sightings[local.Name] = new Sighting(local.Signature, now);
            return options.Settle == TimeSpan.Zero;
        }

        return now - sighting.Since >= options.Settle;
    }

    private bool IsComplete(LocalCheckpoint local, DateTimeOffset endedAt)
    {
        if (FileStructure.Of(local) == Structure.Whole) return true;
        if (_sightings.TryGetValue(local.Name, out var sighting) && sighting.Signature == local.Signature
            && endedAt - sighting.Since >= options.Settle) return true;
        logger.NotUploaded(local.Name, "the program died while it wrote it, or shortly after");
        return false;
    }

    private async Task UploadNewestAsync(List<LocalCheckpoint> oldestFirst, CancellationToken cancellationToken)
    {
        foreach (var local in Enumerable.Reverse(oldestFirst))
        {
            if (FileStructure.Of(local) == Structure.Damaged)
            {
                logger.NotUploaded(local.Name, "it is cut or damaged");
                _journal.MarkSeen([local]);
                continue;
            }

            if (await TryUploadAsync(local, cancellationToken)) _journal.MarkSeen(oldestFirst);
            return;
        }
    }

    private async Task<bool> TryUploadAsync(LocalCheckpoint local, CancellationToken cancellationToken)
    {
        try
        {
            return await UploadAsync(local, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.StoreFailed(local.Name, exception.Message);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.NoTimeLeft(local.Name);
            return false;
        }
    }

    private async Task<bool> UploadAsync(LocalCheckpoint local, CancellationToken cancellationToken)
    {
        if (!await owner.IsStillOursAsync(cancellationToken)) return false;
        var number = _knownNumber + 1;
        using var upload = new CheckpointUpload(store, number, owner.Generation, options.BlockBytes);
        logger.Saved(local.Name, local.Step ?? number, local.Files.Sum(file => file.Bytes));
        var manifest = await upload.RunAsync(
            local,
            async () => folder.Find(local.Name)?.Signature == local.Signature && await owner.IsStillOursAsync(cancellationToken),
            cancellationToken);
        if (manifest is null)
        {
            logger.Changed(local.Name);
            _sightings.Remove(local.Name);
            return false;
        }

        Newest = manifest;
        _knownNumber = number;
        _uploadedAt = clock.GetUtcNow();
        _journal.Take(manifest, local);
        logger.Uploaded(local.Name, number, manifest.Step, upload.SentBytes, upload.FoundBytes);
        await PruneAsync(cancellationToken);
        return true;
    }

    /// <summary>What was broken off below the newest goes, too. Failing to delete is no reason to fail.</summary>
    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = await store.ListAsync(cancellationToken);
            var kept = all.Where(stored => stored.IsComplete).Take(options.Keep).Select(stored => stored.Number).ToHashSet();
            var old = all.Select(stored => stored.Number).Distinct().Where(number => number < _knownNumber && !kept.Contains(number));
            foreach (var number in old)
            {
                await store.DeleteAsync(number, cancellationToken);
                logger.Deleted(number);
            }
        }
        catch (IOException exception)
        {
            logger.StoreFailed("old checkpoints", exception.Message);
        }
    }

    /// <param name="Signature">What was seen.</param>
    /// <param name="Since">When it was first seen so.</param>
    private sealed record Sighting(string Signature, DateTimeOffset Since);
}
