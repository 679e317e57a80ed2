using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using Serverless.Core.Storage;
using Serverless.Storage;

namespace Serverless.Blobs;

/// <summary>
/// Objects of a container, below a prefix, in Azure Blobs. What is written is gathered in a temporary file first and then put in
/// one request, or in blocks that appear together: so an object is there whole or not at all. The container is made when
/// something is first written. Accounts with a hierarchical namespace are not for this: their folders would be listed.
/// </summary>
/// <param name="container">The container.</param>
/// <param name="folder">What names begin with; empty, or ends in a slash.</param>
/// <param name="maxPutBytes">What is larger goes in blocks.</param>
public sealed class BlobObjectStore(BlobContainerClient container, string folder, int maxPutBytes = BlobUpload.MaxPutBytes)
    : IObjectStore, ISharesObjects
{
    private const int MaxDeletionsAtOnce = 16;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>A signature by an identity lasts no longer.</summary>
    private static readonly TimeSpan LongestShare = TimeSpan.FromDays(7) - ClockSkew;

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not take it; the object is as it was before.</exception>
    public async Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        await using var spool = await SpoolFile.GatherAsync(write, cancellationToken);
        var upload = new BlobUpload(container.GetBlockBlobClient(folder + name), maxPutBytes);
        await TranslateAsync(name, () => WithContainerAsync(() => upload.RunAsync(spool, cancellationToken), cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not answer.</exception>
    public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        Stream? opened = null;
        await TranslateAsync(name, async () =>
            opened = await BlobReadStream.OpenAsync(container.GetBlobClient(folder + name), cancellationToken));
        return opened;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not answer.</exception>
    public async IAsyncEnumerable<string> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        var names = new List<string>();
        await TranslateAsync(prefix, async () =>
        {
            try
            {
                var found = container.GetBlobsAsync(
                    new GetBlobsOptions { Prefix = folder + prefix }, cancellationToken);
                await foreach (var blob in found) names.Add(blob.Name[folder.Length..]);
            }
            catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                // Nothing was written yet.
            }
        });

        // Nothing is deleted under a list's feet.
        names.Sort(StringComparer.Ordinal);
        foreach (var name in names) yield return name;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not answer; some may be deleted.</exception>
    public async Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxDeletionsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ListAsync(prefix, cancellationToken), parallel, async (name, token) =>
            await TranslateAsync(name, () => container.GetBlobClient(folder + name).DeleteIfExistsAsync(cancellationToken: token)));
    }

    /// <inheritdoc/>
    /// <remarks>At most seven days. Signed by the account's key where a connection string has one, else by a key that the account
    /// gives to the identity.</remarks>
    public async Task<Uri> ShareAsync(string name, TimeSpan life)
    {
        ObjectNames.CheckName(name);

        // The account signs and checks by its own clock, whatever clock runs are on.
        var now = TimeProvider.System.GetUtcNow();
        var until = now + (life < LongestShare ? life : LongestShare);
        var blob = container.GetBlobClient(folder + name);
        if (blob.CanGenerateSasUri) return blob.GenerateSasUri(BlobSasPermissions.Read, until);
        Uri? signed = null;
        await TranslateAsync(name, async () =>
        {
            var account = container.GetParentBlobServiceClient();
            var key = await account.GetUserDelegationKeyAsync(new BlobGetUserDelegationKeyOptions(until) { StartsOn = now - ClockSkew });
            var rights = new BlobSasBuilder(BlobSasPermissions.Read, until)
            {
                BlobContainerName = container.Name,
                BlobName = blob.Name,
                Resource = "b",
                StartsOn = now - ClockSkew,
            };
            signed = new BlobUriBuilder(blob.Uri) { Sas = rights.ToSasQueryParameters(key.Value, account.AccountName) }.ToUri();
        });
        return signed!;
    }

    private async Task WithContainerAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await work();
        }
    }

    private async Task TranslateAsync(string name, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (BlobErrors.IsOfStore(e))
        {
            throw new IOException($"The container {container.Name} failed over {folder}{name}: {BlobErrors.InWords(e)}", e);
        }
    }
}
