using System.Runtime.CompilerServices;
using Serverless.Core.Flashpoints;

namespace Serverless.Host.Sources;

/// <summary>A source's list in a temporary file: it is read twice, once to be checked and once to be stored, and the source
/// may say something else the second time.</summary>
public sealed class SourceSpool : IAsyncDisposable
{
    private readonly IFlashpointSource _source;
    private readonly FileStream _file;

    private SourceSpool(IFlashpointSource source, FileStream file) => (_source, _file) = (source, file);

    /// <summary>Copies a source's list of a day.</summary>
    /// <param name="source">The source.</param>
    /// <param name="date">The day.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="maxBytes">As much as is taken.</param>
    /// <exception cref="SourceException">It cannot be read, or is larger.</exception>
    public static async Task<SourceSpool> FillAsync(
        IFlashpointSource source, DateOnly date, CancellationToken cancellationToken, long maxBytes = HostLimits.MaxSourceBytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        var file = TemporaryFile.Create();
        try
        {
            await using var target = new BoundedWriter(file, maxBytes, source.Description);
            await source.CopyToAsync(target, date, cancellationToken);
            await file.FlushAsync(cancellationToken);
            return new SourceSpool(source, file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the list from its beginning; one reader at a time.</summary>
    /// <exception cref="FlashpointFormatException">It is not what it should be; the message names the source.</exception>
    /// <exception cref="SourceException">There is no flashpoint in it.</exception>
    public async IAsyncEnumerable<Flashpoint> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _file.Position = 0;
        await using var flashpoints = FlashpointReader.ReadAsync(_file, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var count = 0;
        while (await MoveNextAsync(flashpoints))
        {
            count++;
            yield return flashpoints.Current;
        }

        if (count == 0) throw new SourceException($"{_source.Description} has no flashpoint in it.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<Flashpoint> flashpoints)
    {
        try
        {
            return await flashpoints.MoveNextAsync();
        }
        catch (FlashpointFormatException bad)
        {
            throw new FlashpointFormatException($"{_source.Description}: {bad.Message}", bad)
            {
                EntryNumber = bad.EntryNumber,
                LineNumber = bad.LineNumber,
                Field = bad.Field,
            };
        }
    }
}
