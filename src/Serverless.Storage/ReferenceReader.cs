using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Serverless.Core.Results;
using Serverless.Core.Settings;

namespace Serverless.Storage;

/// <summary>
/// Fetches outputs from the places that the operator allows, and from nowhere else: a handler's answer is a stranger's word, and
/// this process can reach what strangers cannot. No redirect is followed.
/// </summary>
public sealed class ReferenceReader : IReferenceReader, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<Uri> _allowed;
    private readonly Lazy<AmazonS3Client> _s3;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
    })
    {
        Timeout = Patience,
    };

    /// <summary>Creates a reader.</summary>
    /// <param name="allowed">What the URLs of outputs begin with.</param>
    /// <param name="options">How <c>s3://</c> is reached.</param>
    public ReferenceReader(IEnumerable<Uri> allowed, S3Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _allowed = [.. allowed];
        _s3 = new Lazy<AmazonS3Client>(options.CreateClient);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Uri reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (!AllowedUrls.Cover(_allowed, reference))
            throw Refused(reference, "is not under any of the URLs that may be read (RESULT_REF_ALLOW)");
        return reference.Scheme == "s3" ? OpenObjectAsync(reference, cancellationToken) : OpenUrlAsync(reference, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        if (_s3.IsValueCreated) _s3.Value.Dispose();
    }

    private async Task<Stream> OpenObjectAsync(Uri reference, CancellationToken cancellationToken)
    {
        var key = Uri.UnescapeDataString(reference.AbsolutePath.TrimStart('/'));
        try
        {
            return (await _s3.Value.GetObjectAsync(reference.Host, key, cancellationToken)).ResponseStream;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            throw Refused(reference, $"cannot be read: {e.ErrorCode}");
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new ReferenceUnavailableException($"{Shown(reference)} cannot be read: {e.Message}", e);
        }
    }

    private async Task<Stream> OpenUrlAsync(Uri reference, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _http.GetAsync(reference, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.OK) return await answer.Content.ReadAsStreamAsync(cancellationToken);
            using (answer)
            {
                var status = $"cannot be read: the server answered {(int)answer.StatusCode}";
                if ((int)answer.StatusCode >= 500 || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
                    throw new ReferenceUnavailableException($"{Shown(reference)} {status}");
                throw Refused(reference, (int)answer.StatusCode is >= 300 and < 400 ? status + ", and redirects are not followed" : status);
            }
        }
        catch (HttpRequestException e)
        {
            throw new ReferenceUnavailableException($"{Shown(reference)} cannot be read: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ReferenceUnavailableException($"{Shown(reference)} took longer than {Patience.TotalMinutes:0} minutes", e);
        }
    }

    private static ReferenceRefusedException Refused(Uri reference, string reason) => new($"its reference {Shown(reference)} {reason}");

    /// <summary>A query may hold a signature.</summary>
    private static string Shown(Uri reference) => reference.UserInfo.Length == 0
        ? reference.GetLeftPart(UriPartial.Path)
        : $"{reference.Scheme}://…@{reference.Host}";
}
