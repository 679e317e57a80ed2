using System.Globalization;
using System.Text;
using Serverless.Core.Flashpoints;

namespace Serverless.Core.Storage;

/// <summary>Hands stored results out row by row, with what the manifest and the failures know of each.</summary>
internal sealed class ResultExport(IObjectStore objects, RunLayout layout)
{
    public async Task CopyAsync(Stream target, CancellationToken cancellationToken)
    {
        await using var results = await objects.OpenReadAsync(layout.Results, cancellationToken) ?? throw NoResults(layout);
        await results.CopyToAsync(target, cancellationToken);
    }

    public static RunStoreException NoResults(RunLayout layout)
        => new($"The object {layout.Results} is not in the store: no results yet.");

    public async Task WriteAsync(Stream target, ResultFormat format, RowRange rows, CancellationToken cancellationToken)
    {
        await using var results = await LineReader.OpenAsync(objects, layout.Results, cancellationToken);
        await using var failures = await LineReader.OpenAsync(objects, layout.Failures, cancellationToken);
        await using var manifest = await LineReader.OpenAsync(objects, layout.Manifest, cancellationToken);
        using var writer = new ObjectWriter(target);
        if (format is ResultFormat.Csv) writer.Write("id,index,title,ok,result,error\r\n"u8);

        await results.MoveNextAsync(cancellationToken);
        var failure = await NextFailureAsync(failures, cancellationToken);
        while (manifest.Index + 1 < rows.End && await manifest.MoveNextAsync(cancellationToken))
        {
            var result = await NextResultAsync(results, cancellationToken);
            var isFailed = failure?.Index == manifest.Index;
            if (manifest.Index < rows.Offset)
            {
            }
            else if (format is ResultFormat.Csv) WriteCsv(writer, manifest, result, isFailed ? failure!.Error : null);
            else WriteLine(writer, manifest, result, isFailed ? failure!.Error : null);
            if (isFailed) failure = await NextFailureAsync(failures, cancellationToken);
            await writer.FlushIfFullAsync(cancellationToken);
        }

        await writer.FinishAsync("", cancellationToken);
    }

    private static async ValueTask<FailedFlashpoint?> NextFailureAsync(
        LineReader failures, CancellationToken cancellationToken)
        => await failures.MoveNextAsync(cancellationToken) ? failures.Parse(StoredLines.ReadFailure) : null;

    /// <summary>An entry of the array, each of which has a line of its own.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> NextResultAsync(
        LineReader results, CancellationToken cancellationToken)
    {
        if (!await results.MoveNextAsync(cancellationToken) || results.Current.Span.SequenceEqual("]"u8))
            throw new RunStoreException($"The object {layout.Results} has fewer entries than the manifest.");
        return results.Current.TrimEnd((byte)',');
    }

    private static void WriteLine(ObjectWriter writer, LineReader manifest, ReadOnlyMemory<byte> result, string? error)
        => StoredLines.WriteResult(
            writer.Buffer, manifest.Parse(FlashpointJson.Read).Id, manifest.Index, result.Span, error);

    private static void WriteCsv(ObjectWriter writer, LineReader manifest, ReadOnlyMemory<byte> result, string? error)
    {
        var row = new CsvRow(writer.Buffer);
        row.Text(manifest.Parse(FlashpointJson.Read).Id);
        row.Exact(Encoding.UTF8.GetBytes(manifest.Index.ToString(CultureInfo.InvariantCulture)));
        row.Text(manifest.Parse(FlashpointJson.ReadTitle) ?? "");
        row.Exact(error is null ? "true"u8 : "false"u8);
        row.Exact(error is null ? result.Span : default);
        row.Text(error ?? "");
        row.End();
    }
}
