using System.Text;
using Serverless.Core.Flashpoints;

namespace Serverless.Core.Storage;

/// <summary>Shows a part of a run's list with the beginnings of its results, as a person pages through it.</summary>
internal sealed class FlashpointPages(IObjectStore objects, RunLayout layout, bool withResults)
{
    public async Task<FlashpointPage> ReadAsync(FlashpointQuery query, CancellationToken cancellationToken)
    {
        await using var manifest = await LineReader.OpenAsync(objects, layout.Manifest, cancellationToken);
        await using var results = await OpenResultsAsync(cancellationToken);
        await using var failures = results is null ? null : await LineReader.OpenAsync(objects, layout.Failures, cancellationToken);
        var rows = new List<FlashpointRow>();
        FailedFlashpoint? failure = null;
        while (await manifest.MoveNextAsync(cancellationToken))
        {
            if (manifest.Index >= (long)query.From + query.MaxLooked || rows.Count == query.Limit)
                return new FlashpointPage(rows, manifest.Index, results is not null);
            if (results is not null) await results.MoveNextAsync(cancellationToken);
            while (failures is not null && (failure?.Index ?? -1) < manifest.Index && await failures.MoveNextAsync(cancellationToken))
                failure = failures.Parse(StoredLines.ReadFailure);
            if (manifest.Index < query.From) continue;
            var error = failure?.Index == manifest.Index ? failure.Error : null;
            if (query.OnlyMissing && error is null) continue;
            if (ToRow(query, manifest, results, error) is { } row) rows.Add(row);
        }

        return new FlashpointPage(rows, null, results is not null);
    }

    private async Task<LineReader?> OpenResultsAsync(CancellationToken cancellationToken)
    {
        if (!withResults) return null;
        if (await objects.OpenReadAsync(layout.Results, cancellationToken) is not { } source) return null;
        var lines = new LineReader(source, layout.Results);

        // The first line is the array's bracket.
        await lines.MoveNextAsync(cancellationToken);
        return lines;
    }

    private static FlashpointRow? ToRow(FlashpointQuery query, LineReader manifest, LineReader? results, string? error)
    {
        var id = manifest.Parse(FlashpointJson.Read).Id;
        var title = manifest.Parse(FlashpointJson.ReadTitle);
        if (query.Text is { Length: > 0 } text
            && !id.Contains(text, StringComparison.OrdinalIgnoreCase)
            && title?.Contains(text, StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        var result = error is null ? results?.Current.TrimEnd((byte)',') : null;
        return new FlashpointRow
        {
            Index = manifest.Index,
            Id = id,
            Title = title,
            Result = result is { } json ? Beginning(json.Span, query.MaxResultBytes) : null,
            ResultBytes = result?.Length,
            Error = error,
        };
    }

    /// <summary>Cut between two characters.</summary>
    private static string Beginning(ReadOnlySpan<byte> text, int maxBytes)
    {
        if (text.Length <= maxBytes) return Encoding.UTF8.GetString(text);
        var end = maxBytes;
        while (end > 0 && (text[end] & 0xC0) == 0x80) end--;
        return Encoding.UTF8.GetString(text[..end]);
    }
}

/// <summary>Which flashpoints of a run to show.</summary>
public sealed record FlashpointQuery
{
    /// <summary>The first index.</summary>
    public int From { get; init; }

    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Bytes of each result that are shown.</summary>
    public int MaxResultBytes { get; init; } = 400;

    /// <summary>Only those that are null in the results.</summary>
    public bool OnlyMissing { get; init; }

    /// <summary>Only those whose id or title contains this, whatever the case.</summary>
    public string? Text { get; init; }

    /// <summary>How many are looked at in one go: a filter that finds nothing ends early, with a place to go on.</summary>
    public int MaxLooked { get; init; } = 50_000;
}

/// <summary>A part of a run's list.</summary>
/// <param name="Flashpoints">The flashpoints, in order.</param>
/// <param name="Next">The index to go on from, or null when there is nothing behind.</param>
/// <param name="HasResults">False while nothing is aggregated: then no result is told.</param>
public sealed record FlashpointPage(IReadOnlyList<FlashpointRow> Flashpoints, int? Next, bool HasResults);

/// <summary>A flashpoint and the beginning of its result.</summary>
public sealed record FlashpointRow
{
    /// <summary>Its place in the list.</summary>
    public required int Index { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its title.</summary>
    public string? Title { get; init; }

    /// <summary>The beginning of its result, as JSON text.</summary>
    public string? Result { get; init; }

    /// <summary>How many bytes the whole result has.</summary>
    public long? ResultBytes { get; init; }

    /// <summary>Why it is null.</summary>
    public string? Error { get; init; }
}
