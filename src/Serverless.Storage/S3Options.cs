using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Serverless.Core.Settings;

namespace Serverless.Storage;

/// <summary>How a store that speaks S3 is reached.</summary>
public sealed record S3Options
{
    /// <summary>The server; null means Amazon's. The bucket is then part of the host, elsewhere part of the path.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region that requests are signed for. Default: us-east-1.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The access key; null means what the AWS SDK finds.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>Its secret.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary>What is larger goes in parts of this size, in bytes: a store takes at most 10,000 of them. Default: 64 MiB, at
    /// least 5 MiB.</summary>
    public int PartBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>What the settings say.</summary>
    public static S3Options Of(FanOutSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new S3Options
        {
            Endpoint = settings.S3Endpoint,
            Region = settings.S3Region,
            AccessKeyId = settings.S3AccessKeyId?.Reveal(),
            SecretAccessKey = settings.S3SecretAccessKey?.Reveal(),
        };
    }

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => $"S3 at {Endpoint?.ToString() ?? "Amazon"}, region {Region}";

    internal AmazonS3Client CreateClient()
    {
        var config = new AmazonS3Config
        {
            // Other servers than Amazon's do not all know the checksums that the SDK would add by itself.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            AuthenticationRegion = Region,
            MaxErrorRetry = 4,
        };
        if (Endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(Region);
        }
        else
        {
            config.ServiceURL = Endpoint.AbsoluteUri;
            config.ForcePathStyle = true;
            config.UseHttp = Endpoint.Scheme == Uri.UriSchemeHttp;
        }

        return AccessKeyId is null
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(AccessKeyId, SecretAccessKey), config);
    }
}
