using Azure;
using Serverless.Core.Results;
using Serverless.Core.Settings;
using Serverless.Storage;

namespace Serverless.Blobs;

/// <summary>
/// Fetches outputs that handlers have put into Azure Blobs, by the app's identity, and all others as the embedded head does. A
/// URL that carries a signature of its own is read with that.
/// </summary>
/// <param name="allowed">What the URLs of outputs begin with.</param>
/// <param name="blobs">Opens accounts.</param>
/// <param name="own">The account of the result store, or null when it is in none.</param>
/// <param name="others">Reads what is no blob, and refuses what is not allowed.</param>
public sealed class BlobReferenceReader(IReadOnlyList<Uri> allowed, BlobAccess blobs, Uri? own, ReferenceReader others)
    : IReferenceReader, IDisposable
{
    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Uri reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var isBlob = reference.Query.Length == 0 && (BlobAddress.IsBlobHost(reference) || IsOwn(reference));
        return isBlob && AllowedUrls.Cover(allowed, reference)
            ? OpenBlobAsync(reference, cancellationToken)
            : others.OpenAsync(reference, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => others.Dispose();

    private bool IsOwn(Uri reference) =>
        own is not null && reference.AbsoluteUri.StartsWith(own.AbsoluteUri.TrimEnd('/') + "/", StringComparison.Ordinal);

    private async Task<Stream> OpenBlobAsync(Uri reference, CancellationToken cancellationToken)
    {
        try
        {
            return await BlobReadStream.OpenAsync(blobs.BlobOf(reference), cancellationToken)
                ?? throw new ReferenceRefusedException($"its reference {reference} cannot be read: there is no such blob");
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403 or 400)
        {
            throw new ReferenceRefusedException($"its reference {reference} cannot be read: {BlobErrors.InWords(e)}");
        }
        catch (Exception e) when (BlobErrors.IsOfStore(e))
        {
            throw new ReferenceUnavailableException($"{reference} cannot be read: {BlobErrors.InWords(e)}", e);
        }
    }
}
