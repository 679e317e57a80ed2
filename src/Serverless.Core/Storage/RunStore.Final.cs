using System.Text.Json;

namespace Serverless.Core.Storage;

/// <summary>What a run has come to, and what becomes of that when all of it is run again.</summary>
public sealed partial class RunStore
{
    /// <summary>Copies the aggregated results to a stream, which stays open.</summary>
    public Task ExportAsync(Stream target, ResultFormat format, CancellationToken cancellationToken)
        => ExportAsync(target, format, rows: null, cancellationToken);

    /// <summary>The same, or, of lines, only some.</summary>
    public async Task ExportAsync(Stream target, ResultFormat format, RowRange? rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        await RefuseOldResultsAsync(cancellationToken);
        var export = new ResultExport(objects, _layout);
        await (format is ResultFormat.Json
            ? export.CopyAsync(target, cancellationToken)
            : export.WriteAsync(target, format, rows ?? RowRange.All, cancellationToken));
    }

    /// <summary>The aggregated results as one JSON array.</summary>
    public async Task<Stream> OpenResultsAsync(CancellationToken cancellationToken)
    {
        await RefuseOldResultsAsync(cancellationToken);
        return await objects.OpenReadAsync(_layout.Results, cancellationToken) ?? throw ResultExport.NoResults(_layout);
    }

    /// <summary>Stores the run's report.</summary>
    public Task WriteReportAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
        => objects.WriteAsync(
            _layout.Report, async (target, token) => await target.WriteAsync(json, token), cancellationToken);

    /// <summary>The run's report, or null when there is none.</summary>
    public Task<byte[]?> ReadReportAsync(CancellationToken cancellationToken)
        => ReadAllAsync(_layout.Report, cancellationToken);

    /// <summary>Notes which chunks the results are of, once all of it was run again.</summary>
    /// <param name="since">The first chunk that counted for them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task MarkFinalAsync(int since, CancellationToken cancellationToken)
    {
        if (since == 0) return;
        var json = JsonSerializer.SerializeToUtf8Bytes(since, RunPlanJson.Default.Int32);
        await objects.WriteAsync(
            _layout.FinalSince, async (target, token) => await target.WriteAsync(json, token), cancellationToken);
    }

    /// <summary>Whether results that are stored are of the chunks that count: false from the moment on that all of it is run
    /// again until there are new ones.</summary>
    public async Task<bool> AreResultsCurrentAsync(CancellationToken cancellationToken)
    {
        if (await _plan.ReadAsync(cancellationToken) is not { Since: > 0 and var since }) return true;
        return await ReadAllAsync(_layout.FinalSince, cancellationToken) is { } json
            && JsonSerializer.Deserialize(json, RunPlanJson.Default.Int32) == since;
    }

    /// <summary>Deletes report and results, so that nobody takes them for those of what is run now.</summary>
    public async Task ClearFinalAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _layout.Final) await objects.DeleteAsync(name, cancellationToken);
    }

    /// <summary>Deletes what chunks before one have stored. Costs as much as there is to delete.</summary>
    public async Task ClearChunksAsync(int endChunk, CancellationToken cancellationToken)
    {
        if (endChunk == 0) return;
        foreach (var prefix in _layout.OfChunks)
        {
            var names = new List<string>();
            await foreach (var name in objects.ListAsync(prefix, cancellationToken))
            {
                if (RunLayout.ChunkOf(prefix, name) >= endChunk) break;
                names.Add(name);
            }

            foreach (var name in names) await objects.DeleteAsync(name, cancellationToken);
        }
    }

    /// <summary>Deletes all that came after the manifest: report, results, checkpoints, chunks, plan.</summary>
    public async Task ClearResultsAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _layout.AfterManifest) await objects.DeleteAsync(name, cancellationToken);
    }

    private async Task RefuseOldResultsAsync(CancellationToken cancellationToken)
    {
        if (await AreResultsCurrentAsync(cancellationToken)) return;
        throw new RunStoreException($"The results of run '{run}' that are stored are those of before it was forced to run again, and "
            + "there are no new ones: run it with --force once more.");
    }
}
