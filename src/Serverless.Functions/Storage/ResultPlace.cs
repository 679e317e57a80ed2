using Serverless.Blobs;
using Serverless.Core.Results;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Storage;

namespace Serverless.Functions.Storage;

/// <summary>Where results are kept, and what outputs that lie elsewhere are fetched with.</summary>
/// <param name="Objects">The store.</param>
/// <param name="References">The reader.</param>
internal sealed record ResultPlace(IObjectStore Objects, IReferenceReader References) : IDisposable
{
    /// <summary>Opens the store of the settings.</summary>
    public static ResultPlace Open(FanOutSettings settings, BlobAccess blobs)
    {
        var s3 = S3Options.Of(settings);
        if (S3Address.Parse(settings.ResultStore ?? "") is { } bucket)
        {
            IReadOnlyList<Uri> allowed = [bucket.Url, .. settings.ResultRefAllow];
            return new ResultPlace(
                new S3ObjectStore(bucket, s3), new BlobReferenceReader(allowed, blobs, own: null, new ReferenceReader(allowed, s3)));
        }

        var address = BlobAddress.Parse(settings.ResultStore ?? BlobAddress.Default)
            ?? throw new InvalidOperationException("RESULT_STORE was not checked.");
        var container = blobs.ContainerOf(address);
        var own = new Uri($"{container.Uri.AbsoluteUri.TrimEnd('/')}/{address.Prefix}");
        IReadOnlyList<Uri> readable = [own, .. settings.ResultRefAllow];
        return new ResultPlace(
            new BlobObjectStore(container, address.Prefix),
            new BlobReferenceReader(readable, blobs, BlobAccess.AccountOf(container), new ReferenceReader(readable, s3)));
    }

    public void Dispose()
    {
        (Objects as IDisposable)?.Dispose();
        (References as IDisposable)?.Dispose();
    }
}
