using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Serverless.Core.Settings;
using Serverless.Core.Storage;

namespace Serverless.Storage;

/// <summary>
/// Objects of a bucket, below a prefix, in any store that speaks S3. What is written is gathered in a temporary file first and
/// then put in one request, or in parts that appear together: so an object is there whole or not at all.
/// </summary>
/// <param name="address">The bucket, and what names begin with.</param>
/// <param name="options">How it is reached.</param>
public sealed class S3ObjectStore(S3Address address, S3Options options) : IObjectStore, ISharesObjects, IDisposable
{
    private const int MaxDeletionsAtOnce = 16;

    /// <summary>Longer is no signature good for.</summary>
    private static readonly TimeSpan LongestShare = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);

    private readonly AmazonS3Client _client = options.CreateClient();

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not take it; the object is as it was before.</exception>
    public async Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        await using var spool = await SpoolFile.GatherAsync(write, cancellationToken);
        await TranslateAsync(name, () => new S3Upload(_client, address.Bucket, address.Prefix + name, options.PartBytes)
            .RunAsync(spool, cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not answer.</exception>
    public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.CheckName(name);
        return await TranslateAsync(name, () => OpenKeyAsync(address.Prefix + name, cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not answer.</exception>
    public async IAsyncEnumerable<string> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        var names = new List<string>();
        var request = new ListObjectsV2Request { BucketName = address.Bucket, Prefix = address.Prefix + prefix };
        do
        {
            var page = await TranslateAsync(prefix, () => _client.ListObjectsV2Async(request, cancellationToken));
            names.AddRange((page.S3Objects ?? []).Select(found => found.Key[address.Prefix.Length..]));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);

        // Stores over a file system list folder by folder, which is another order; and nothing is deleted under a list's feet.
        names.Sort(StringComparer.Ordinal);
        foreach (var name in names) yield return name;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The store did not answer; some may be deleted.</exception>
    public async Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxDeletionsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ListAsync(prefix, cancellationToken), parallel, async (name, token) =>
            await TranslateAsync(name, () => _client.DeleteObjectAsync(address.Bucket, address.Prefix + name, token)));
    }

    /// <inheritdoc/>
    /// <remarks>At most seven days, and no longer than the key that it is signed with is good for. Nothing is asked of the
    /// store.</remarks>
    public async Task<Uri> ShareAsync(string name, TimeSpan life)
    {
        ObjectNames.CheckName(name);

        // The SDK signs by the system's clock, whatever clock runs are on.
        var now = TimeProvider.System.GetUtcNow();
        var url = await _client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = address.Bucket,
            Key = address.Prefix + name,
            Verb = HttpVerb.GET,
            Protocol = options.Endpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
            Expires = (now + (life < LongestShare ? life : LongestShare)).UtcDateTime,
        });
        return new Uri(url);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<Stream?> OpenKeyAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.GetObjectAsync(address.Bucket, key, cancellationToken)).ResponseStream;
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound && missing.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
    }

    private async Task TranslateAsync(string name, Func<Task> work) => await TranslateAsync(name, async () =>
    {
        await work();
        return true;
    });

    private async Task<T> TranslateAsync<T>(string name, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new IOException($"The store s3://{address.Bucket} failed over {address.Prefix}{name}: {InWords(e)}", e);
        }
    }

    /// <summary>In one line. The SDK tells at length where it has looked for keys.</summary>
    private static string InWords(Exception exception) =>
        exception.Message.StartsWith("Failed to resolve AWS credentials", StringComparison.Ordinal)
            ? "there are no keys for it. Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give this machine a role"
            : exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
